#include "tests/actors_registry/simulation.hpp"

using namespace muster;
using namespace muster::test;

namespace {

std::vector<std::pair<timestamp, std::size_t>> history_of(simulation& node) {
  std::vector<std::pair<timestamp, std::size_t>> rows;
  REQUIRE(node.rows->scan_history({device_of(1), INT64_MIN, INT64_MAX, false}, 0,
                                  [&](const persistence::append_history& row) {
                                    rows.emplace_back(row.ts, row.values.size());
                                    return persistence::scan_step::go_on;
                                  }));
  return rows;
}

std::vector<latest_value> latest_of(simulation& node) {
  const auto read = node.from_application(1, read_latest{});
  node.run();
  return std::get<std::vector<latest_value>>(node.answer(read));
}

void fill(simulation& node, int messages) {
  store_device(*node.rows, 1);
  for (int i = 1; i <= messages; ++i) {
    node.from_device(1, save_telemetry{{{i, {{"a", std::int64_t{i}}, {"b", std::int64_t{i}}}}}, 0});
    node.run();
  }
}

delete_telemetry range(timestamp start, timestamp end) {
  delete_telemetry what;
  what.keys = {"a"};
  what.start = start;
  what.end = end;
  return what;
}

} // namespace

TEST_CASE("a range of a key is deleted, the other keys stay") {
  simulation node;
  fill(node, 4);
  const auto gone = node.from_application(1, range(2, 4));
  node.run();
  CHECK(is<done>(node.answer(gone)));
  using rows = std::vector<std::pair<timestamp, std::size_t>>;
  CHECK(history_of(node) == rows{{1, 2}, {2, 1}, {3, 1}, {4, 2}});
  CHECK(latest_of(node)[0].ts == 4);
}

TEST_CASE("a deletion goes through the history in pieces") {
  simulation node;
  fill(node, 700);
  auto what = range(0, 0);
  what.all = true;
  what.keys = {"a", "b"};
  const auto gone = node.from_application(1, what);
  node.run();
  CHECK(is<done>(node.answer(gone)));
  CHECK(history_of(node).empty());
  CHECK(latest_of(node).empty());
}

TEST_CASE("a deleted latest value is replaced when asked, or kept when asked") {
  simulation node;
  fill(node, 5);
  auto keep = range(5, 6);
  keep.delete_latest = false;
  node.from_application(1, keep);
  CHECK(latest_of(node)[0].ts == 5);
  auto rewrite = range(3, 6);
  rewrite.rewrite_latest = true;
  const auto replaced = node.from_application(1, rewrite);
  node.run();
  CHECK(is<done>(node.answer(replaced)));
  CHECK(latest_of(node)[0] == latest_value{"a", 2, std::int64_t{2}});
  node.from_application(1, range(0, 3));
  node.run();
  REQUIRE(latest_of(node).size() == 1);
  CHECK(latest_of(node)[0].key == "b");
}

TEST_CASE("what comes while a deletion is under way stays") {
  simulation node;
  fill(node, 2);
  auto what = range(0, 100);
  what.all = true;
  const auto gone = node.from_application(1, what);
  const auto second = node.from_application(1, what);
  const auto saved = node.from_device(1, telemetry("a", std::int64_t{9}, 9));
  node.hold_commits = true;
  node.run();
  CHECK_FALSE(node.answered(gone));
  node.hold_commits = false;
  node.run();
  CHECK(is<done>(node.answer(gone)));
  CHECK(is<done>(node.answer(second)));
  CHECK(is<done>(node.answer(saved)));
}

TEST_CASE("a deletion whose commit fails is answered") {
  simulation node;
  fill(node, 3);
  const auto gone = node.from_application(1, range(0, 100));
  node.rows->fail_commits(1);
  node.run();
  CHECK(is_error(node.answer(gone), error_code::storage_unavailable));
  CHECK(latest_of(node).size() == 2);
  const auto unread = node.from_application(1, range(0, 100));
  node.rows->fail_reads(1);
  node.run();
  CHECK(is_error(node.answer(unread), error_code::storage_unavailable));
}
