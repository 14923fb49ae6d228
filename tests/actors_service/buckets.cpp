#include "actors/queries/buckets.hpp"

#include "tests/catch.hpp"

#include <rapidcheck.h>

namespace muster {

namespace {

constexpr milliseconds hour = 3'600'000;
/// Wednesday, 2024-03-27T12:00:00Z.
constexpr timestamp wednesday = 1'711'540'800'000;

time_range bucket(time_range range, interval_type unit, const std::string& zone, timestamp ts) {
  const auto cut = buckets::cut(range, unit, 0, zone);
  REQUIRE(cut.has_value());
  return cut->of(ts);
}

} // namespace

TEST_CASE("fixed buckets begin at the start and the last is cut") {
  const auto cut = buckets::cut({10, 35}, interval_type::fixed, 10, "");
  REQUIRE(cut.has_value());
  CHECK(cut->of(10) == time_range{10, 20});
  CHECK(cut->of(19) == time_range{10, 20});
  CHECK(cut->of(20) == time_range{20, 30});
  CHECK(cut->of(34) == time_range{30, 35});
  CHECK(cut->of(34).middle() == 32);
}

TEST_CASE("fixed buckets equal the naive ones") {
  const bool held = rc::check([] {
    const auto start = *rc::gen::inRange<timestamp>(-10'000, 10'000);
    const auto interval = *rc::gen::inRange<milliseconds>(1, 200);
    const auto end = start + *rc::gen::inRange<milliseconds>(1, 700 * interval);
    const auto ts = *rc::gen::inRange<timestamp>(start, end);
    const auto begin = start + (ts - start) / interval * interval;
    const auto cut = buckets::cut({start, end}, interval_type::fixed, interval, "");
    RC_ASSERT(cut.has_value());
    RC_ASSERT(cut->of(ts) == (time_range{begin, std::min(begin + interval, end)}));
  });
  REQUIRE(held);
}

TEST_CASE("more than 700 buckets are refused with the reference's words") {
  CHECK(buckets::cut({0, 700}, interval_type::fixed, 1, "").has_value());
  const auto refused = buckets::cut({0, 701}, interval_type::fixed, 1, "");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == error_code::invalid);
  CHECK(refused.error().message.starts_with(
      "Incorrect TsKvQuery. Number of intervals is to high - 701. Please increase 'interval'"));
  CHECK_FALSE(buckets::cut({INT64_MIN, INT64_MAX}, interval_type::fixed, 1, "").has_value());
  CHECK_FALSE(buckets::cut({0, wednesday}, interval_type::week, 0, "UTC").has_value());
}

TEST_CASE("weeks end at midnight of Sunday or Monday in the zone") {
  const time_range range{wednesday, wednesday + 20 * 24 * hour};
  // Berlin changed to summer time on Sunday, 2024-03-31; its midnight before was 23:00Z.
  const timestamp sunday = 1'711'839'600'000;
  CHECK(bucket(range, interval_type::week, "Europe/Berlin", wednesday) ==
        time_range{wednesday, sunday});
  // Monday's midnight there is 22:00Z.
  CHECK(bucket(range, interval_type::week_iso, "Europe/Berlin", wednesday) ==
        time_range{wednesday, sunday + 23 * hour});
  CHECK(bucket(range, interval_type::week_iso, "Europe/Berlin", sunday + 23 * hour) ==
        time_range{sunday + 23 * hour, sunday + 23 * hour + 7 * 24 * hour});
}

TEST_CASE("months and quarters follow the calendar") {
  const time_range year{1'704'067'200'000, 1'735'689'600'000}; // 2024
  const timestamp march = 1'709'251'200'000;
  const timestamp april = 1'711'929'600'000;
  CHECK(bucket(year, interval_type::month, "UTC", wednesday) == time_range{march, april});
  CHECK(bucket(year, interval_type::quarter, "UTC", wednesday) == time_range{year.begin, april});
  CHECK(bucket(year, interval_type::quarter, "UTC", year.end - 1).end == year.end);
}

TEST_CASE("unknown zones and absurd years are refused") {
  CHECK_FALSE(buckets::cut({0, 1}, interval_type::month, 0, "Moon/Sea").has_value());
  CHECK_FALSE(buckets::cut({INT64_MAX - 1, INT64_MAX}, interval_type::month, 0, "UTC").has_value());
  CHECK_FALSE(buckets::cut({INT64_MIN, INT64_MIN + 1}, interval_type::week, 0, "UTC").has_value());
}

} // namespace muster
