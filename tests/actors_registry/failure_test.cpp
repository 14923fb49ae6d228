#include "tests/actors_registry/simulation.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("a failed commit is answered and forgotten") {
  simulation node;
  store_device(*node.rows, 1);
  node.hold_commits = true;
  const auto polled = node.from_device(1, poll_rpc{poll_id{1}, 60'000});
  const auto lost = node.from_device(1, telemetry("a", std::int64_t{1}));
  const auto built_on = node.from_device(1, telemetry("a", std::int64_t{2}));
  const auto seen = node.from_application(1, read_latest{});
  node.run();
  node.rows->fail_commits(1);
  node.hold_commits = false;
  node.run();
  CHECK(is_error(node.answer(lost), error_code::storage_unavailable));
  CHECK(is_error(node.answer(built_on), error_code::storage_unavailable));
  CHECK(is_error(node.answer(seen), error_code::storage_unavailable));
  const auto after = node.from_application(1, read_latest{});
  node.run();
  CHECK(std::get<std::vector<latest_value>>(node.answer(after)).empty());
  CHECK_FALSE(node.answered(polled));
  CHECK(node.status().parked_polls == 1);
  node.pass(60'000);
  CHECK(is_error(node.answer(polled), error_code::poll_timeout));
}

TEST_CASE("a full queue of commits is answered and forgotten") {
  simulation node;
  store_device(*node.rows, 1);
  node.refuse_submissions = 1;
  const auto refused = node.from_device(1, telemetry("a", std::int64_t{1}));
  node.run();
  CHECK(is_error(node.answer(refused), error_code::overloaded));
  const auto read = node.from_application(1, read_latest{});
  const auto saved = node.from_device(1, telemetry("a", std::int64_t{2}));
  node.run();
  CHECK(std::get<std::vector<latest_value>>(node.answer(read)).empty());
  CHECK(is<done>(node.answer(saved)));
}

TEST_CASE("a device that cannot be read is refused and tried again") {
  simulation node;
  store_device(*node.rows, 1);
  node.rows->fail_reads(1);
  const auto first = node.from_device(1, telemetry("a", true));
  node.run();
  CHECK(is_error(node.answer(first), error_code::storage_unavailable));
  const auto second = node.from_device(1, telemetry("a", true));
  node.run();
  CHECK(is<done>(node.answer(second)));
}

TEST_CASE("a full queue of reads refuses an activation") {
  simulation node;
  store_device(*node.rows, 1);
  node.refuse_reads = true;
  const auto first = node.from_device(1, telemetry("a", true));
  node.run();
  CHECK(is_error(node.answer(first), error_code::overloaded));
  CHECK(node.status().active_devices == 0);
}

TEST_CASE("polls survive a store that is away for a while") {
  simulation node;
  store_device(*node.rows, 1);
  const auto polled = node.from_device(1, poll_attributes{poll_id{7}, 60'000});
  node.run();
  node.rows->fail_commits(1);
  node.from_device(1, telemetry("a", true));
  node.rows->fail_reads(1);
  node.run();
  node.pass(1'000);
  CHECK_FALSE(node.answered(polled));
  node.from_application(1, save_attributes{attribute_scope::shared, {{"k", true}}});
  node.pass(1'000);
  CHECK(std::get<attribute_changes>(node.answer(polled)).set.size() == 1);
}

TEST_CASE("a poll whose client leaves while the device cannot be read is forgotten") {
  simulation node;
  store_device(*node.rows, 1);
  node.from_device(1, poll_rpc{poll_id{7}, 60'000});
  node.from_device(1, poll_attributes{poll_id{8}, 60'000});
  node.run();
  node.rows->fail_commits(1);
  node.from_device(1, telemetry("a", true));
  node.rows->fail_reads(1);
  const bool while_loading = GENERATE(true, false);
  if (!while_loading) {
    node.run();
  }
  node.devices->report({device_of(1), poll_id{7}, poll_report::outcome::lost});
  node.devices->report({device_of(1), poll_id{8}, poll_report::outcome::lost});
  node.pass(1'000);
  CHECK(node.status().parked_polls == 0);
  rpc_request ask;
  ask.method = "reboot";
  ask.oneway = true;
  ask.expiration = node.clock.now().wall + 60'000;
  node.from_application(1, send_rpc{ask});
  node.from_application(1, save_attributes{attribute_scope::shared, {{"k", true}}});
  node.run();
  const auto next = node.from_device(1, poll_rpc{poll_id{9}, 1'000});
  const auto changed = node.from_device(1, poll_attributes{poll_id{10}, 1'000});
  node.run();
  CHECK(is<rpc_delivery>(node.answer(next)));
  CHECK(is<attribute_changes>(node.answer(changed)));
}

TEST_CASE("an exception fails one command; five in a minute end the service of the device") {
  simulation node;
  store_device(*node.rows, 1);
  for (int i = 0; i < 5; ++i) {
    const auto before = node.from_application(1, read_latest{});
    node.run();
    CHECK(is<std::vector<latest_value>>(node.answer(before)));
    node.throw_submissions = 1;
    const auto thrown = node.from_device(1, telemetry("a", true));
    node.run();
    CHECK(is_error(node.answer(thrown), error_code::internal));
  }
  const auto after = node.from_application(1, read_latest{});
  node.run();
  CHECK(is_error(node.answer(after), error_code::overloaded));
  CHECK(node.status().quarantined_devices == 1);
  CHECK(node.status().exceptions == 5);
}

TEST_CASE("exceptions that are far apart are forgiven") {
  simulation node;
  store_device(*node.rows, 1);
  for (int i = 0; i < 8; ++i) {
    node.throw_submissions = 1;
    node.from_device(1, telemetry("a", true));
    node.pass(61'000);
  }
  CHECK(node.status().quarantined_devices == 0);
}
