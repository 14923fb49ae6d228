#include "actors/queries/history.hpp"

#include "persistence/memory/memory_store.hpp"
#include "tests/actors_service/hand_clock.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>

namespace muster {

namespace {

/// A device with history in a store of its own.
class recorded_device {
public:
  explicit recorded_device(
      const std::vector<std::pair<timestamp, std::vector<key_value>>>& messages) {
    persistence::write made;
    made.device = device_;
    made.shard = shard_of(device_);
    made.epoch = persistence::first_epoch;
    device_info info;
    info.id = device_;
    made.mutations.push_back(persistence::put_device{std::nullopt, info});
    std::uint64_t arrival = 0;
    for (const auto& [ts, values] : messages) {
      made.mutations.push_back(persistence::append_history{ts, ++arrival, values, 0});
    }
    store_->commit({&made, 1});
  }

  read_history query(timestamp start, timestamp end) const {
    read_history asked;
    asked.device = device_;
    asked.key = "k";
    asked.start = start;
    asked.end = end;
    asked.limit = 1'000'000;
    return asked;
  }

  /// All pages joined; counts them.
  result<std::vector<data_point>> all(read_history asked, history_limits limits = {}) {
    std::vector<data_point> points;
    pages = 0;
    for (;;) {
      auto page = read_history_page(*store_, clock_, limits, asked);
      if (!page) {
        return tl::unexpected(page.error());
      }
      ++pages;
      points.insert(points.end(), page->points.begin(), page->points.end());
      spent = page->spent;
      if (!page->more) {
        return points;
      }
      asked.from = page->more;
      asked.spent = page->spent;
    }
  }

  std::size_t pages = 0;
  history_cost spent;

private:
  hand_clock clock_;
  device_id device_{random_uuid()};
  std::unique_ptr<persistence::memory_store> store_ = persistence::make_memory_store(clock_);
};

value number(std::int64_t n) {
  return n;
}

std::vector<std::pair<timestamp, std::vector<key_value>>> dense(std::int64_t count) {
  std::vector<std::pair<timestamp, std::vector<key_value>>> messages;
  for (std::int64_t i = 0; i < count; ++i) {
    messages.push_back({i, {{"k", number(i)}, {"other", number(-i)}}});
  }
  return messages;
}

} // namespace

TEST_CASE("points come newest first and end at the limit") {
  recorded_device data(dense(10));
  auto asked = data.query(2, 8);
  asked.limit = 3;
  CHECK(data.all(asked) == std::vector<data_point>{{7, number(7)}, {6, number(6)}, {5, number(5)}});
  asked.descending = false;
  CHECK(data.all(asked) == std::vector<data_point>{{2, number(2)}, {3, number(3)}, {4, number(4)}});
  asked.limit = 100;
  CHECK(data.all(asked)->size() == 6);
}

TEST_CASE("an empty or reversed range has no points") {
  recorded_device data(dense(3));
  CHECK(data.all(data.query(2, 2))->empty());
  CHECK(data.all(data.query(3, 1))->empty());
}

TEST_CASE("the later arrival of equal times counts") {
  recorded_device data({{5, {{"k", number(1)}}}, {5, {{"k", number(2)}}}, {5, {{"x", number(3)}}}});
  auto asked = data.query(0, 10);
  CHECK(data.all(asked) == std::vector<data_point>{{5, number(2)}});
  asked.descending = false;
  CHECK(data.all(asked) == std::vector<data_point>{{5, number(2)}});
  asked.agg = aggregation::count;
  asked.interval = 10;
  CHECK(data.all(asked) == std::vector<data_point>{{5, number(1)}});
}

TEST_CASE("aggregates are dated with the middle of their bucket, oldest first") {
  recorded_device data(dense(25));
  auto asked = data.query(0, 25);
  asked.agg = aggregation::sum;
  asked.interval = 10;
  CHECK(data.all(asked) ==
        std::vector<data_point>{{5, number(45)}, {15, number(145)}, {22, number(110)}});
  SECTION("interval 0 means plain points") {
    asked.interval = 0;
    CHECK(data.all(asked)->size() == 25);
  }
}

TEST_CASE("pages are cut by points, bytes and rows, and lose nothing") {
  recorded_device data(dense(100));
  history_limits limits;
  SECTION("points") {
    limits.points = 7;
  }
  SECTION("bytes") {
    limits.bytes = 100;
  }
  SECTION("rows") {
    limits.slice = 9;
  }
  auto asked = data.query(0, 100);
  CHECK(data.all(asked, limits)->size() == 100);
  CHECK(data.pages > 10);
  asked.descending = false;
  CHECK(data.all(asked, limits)->size() == 100);
}

TEST_CASE("a query over its budget of rows is refused, also over many pages") {
  recorded_device data(dense(100));
  history_limits limits;
  limits.rows = 50;
  limits.slice = 20;
  const auto refused = data.all(data.query(0, 100), limits);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == error_code::invalid);
  CHECK(refused.error().message ==
        "The query reads more than 50 rows; ask for a shorter time range or fewer keys");
  CHECK(data.all(data.query(0, 50), limits).has_value());
}

TEST_CASE("what other keys have cost counts") {
  recorded_device data(dense(100));
  history_limits limits;
  limits.rows = 250;
  auto asked = data.query(0, 100);
  asked.key = "nobody";
  for (const std::uint64_t rows : {100, 200}) {
    CHECK(data.all(asked, limits).has_value());
    CHECK(data.spent.rows == rows);
    asked.spent = data.spent;
  }
  CHECK(data.all(asked, limits).error().code == error_code::invalid);
  SECTION("also when nothing is left to read") {
    asked.spent = {0, limits.time};
    CHECK(data.all(asked, limits).error().message ==
          "The query takes longer than 10 s; ask for a shorter time range or fewer keys");
  }
}

TEST_CASE("paged aggregates and points equal naive ones") {
  const bool held = rc::check([] {
    const auto times = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 60));
    std::vector<std::pair<timestamp, std::vector<key_value>>> messages;
    std::map<timestamp, std::int64_t> newest;
    for (std::size_t i = 0; i < times.size(); ++i) {
      const bool other = i % 5 == 4;
      messages.push_back({times[i], {{other ? "o" : "k", number(std::int64_t(i))}}});
      if (!other) {
        newest[times[i]] = std::int64_t(i);
      }
    }
    recorded_device data(messages);
    const auto start = *rc::gen::inRange<timestamp>(0, 30);
    const auto end = *rc::gen::inRange<timestamp>(30, 61);
    history_limits limits;
    limits.points = *rc::gen::inRange<std::size_t>(1, 10);
    limits.slice = *rc::gen::inRange<std::uint64_t>(1, 10);
    auto asked = data.query(start, end);
    asked.descending = *rc::gen::arbitrary<bool>();

    std::vector<data_point> expected;
    std::map<timestamp, std::int64_t> sums;
    const auto interval = *rc::gen::inRange<milliseconds>(1, 20);
    for (const auto& [ts, n] : newest) {
      if (ts >= start && ts < end) {
        expected.push_back({ts, number(n)});
        const auto begin = start + (ts - start) / interval * interval;
        sums[begin + (std::min(begin + interval, end) - begin) / 2] += n;
      }
    }
    if (asked.descending) {
      std::reverse(expected.begin(), expected.end());
    }
    RC_ASSERT(data.all(asked, limits) == expected);

    asked.agg = aggregation::sum;
    asked.interval = interval;
    std::vector<data_point> folded;
    for (const auto& [ts, sum] : sums) {
      folded.push_back({ts, number(sum)});
    }
    RC_ASSERT(data.all(asked, limits) == folded);
  });
  REQUIRE(held);
}

} // namespace muster
