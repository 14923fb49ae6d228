#include "actors/rules/alarms/alarm_schedule.hpp"
#include "tests/catch.hpp"

namespace muster {

namespace {

constexpr milliseconds one_hour = 3'600'000;

} // namespace

TEST_CASE("a schedule follows the clocks of its time zone") {
  // Sundays in Berlin from nine to five.
  const auto schedule = alarm_schedule::parse(
      R"({"type":"SPECIFIC_TIME","timezone":"Europe/Berlin","daysOfWeek":[7],"startsOn":32400000,"endsOn":61200000})");
  REQUIRE(schedule.has_value());
  // 2024-03-31: clocks went forward at two, so nine hours after midnight are ten o'clock.
  constexpr timestamp midnight = 1'711'839'600'000;
  CHECK_FALSE(schedule->holds_at(midnight + 9 * one_hour - 1));
  CHECK(schedule->holds_at(midnight + 9 * one_hour));
  CHECK(schedule->holds_at(midnight + 17 * one_hour - 1));
  CHECK_FALSE(schedule->holds_at(midnight + 17 * one_hour));
  CHECK_FALSE(schedule->holds_at(midnight - 10 * one_hour));
  CHECK_FALSE(schedule->holds_at(INT64_MIN));
  CHECK_FALSE(schedule->holds_at(INT64_MAX));
}

TEST_CASE("a day may be cut at midnight") {
  const auto schedule = alarm_schedule::parse(
      R"({"type":"CUSTOM","timezone":"Etc/UTC","items":[{"enabled":true,"dayOfWeek":4,"startsOn":79200000,"endsOn":21600000},
          {"enabled":false,"dayOfWeek":5,"startsOn":0,"endsOn":0},{"enabled":true,"dayOfWeek":6,"startsOn":0,"endsOn":0}]})");
  REQUIRE(schedule.has_value());
  // 1970-01-01 was a Thursday.
  CHECK(schedule->holds_at(0));
  CHECK_FALSE(schedule->holds_at(6 * one_hour));
  CHECK(schedule->holds_at(22 * one_hour));
  CHECK_FALSE(schedule->holds_at(25 * one_hour));
  CHECK(schedule->holds_at(48 * one_hour));
  CHECK(schedule->holds_at(72 * one_hour - 1));
  CHECK_FALSE(schedule->holds_at(72 * one_hour));
}

TEST_CASE("the next change of a schedule is the first time at which it holds otherwise") {
  const auto schedules = {
      R"({"type":"SPECIFIC_TIME","timezone":"Europe/Berlin","daysOfWeek":[7],"startsOn":32400000,"endsOn":61200000})",
      R"({"type":"SPECIFIC_TIME","timezone":"America/New_York","daysOfWeek":[1,2,6],"startsOn":79200000,"endsOn":21600000})",
      R"({"type":"CUSTOM","timezone":"Etc/UTC","items":[{"enabled":true,"dayOfWeek":4,"startsOn":79200000,"endsOn":21600000},
          {"enabled":true,"dayOfWeek":5,"startsOn":0,"endsOn":0},{"enabled":true,"dayOfWeek":6,"startsOn":0,"endsOn":1800000}]})"};
  // Over the days on which the clocks of both zones go forward, and an ordinary week.
  constexpr timestamp first = 1'709'900'000'000;
  for (const auto* text : schedules) {
    const auto schedule = *alarm_schedule::parse(text);
    for (timestamp at = first; at < first + 30 * 24 * one_hour;) {
      const auto next = schedule.next_change(at);
      REQUIRE(next.has_value());
      REQUIRE(*next > at);
      CHECK(schedule.holds_at(*next) != schedule.holds_at(at));
      for (timestamp between = at; between < *next; between += one_hour / 4) {
        REQUIRE(schedule.holds_at(between) == schedule.holds_at(at));
      }
      CHECK(schedule.holds_at(*next - 1) == schedule.holds_at(at));
      at = *next;
    }
  }
  CHECK_FALSE(alarm_schedule().next_change(0).has_value());
  CHECK_FALSE(alarm_schedule::parse(R"({"type":"SPECIFIC_TIME","timezone":"UTC","daysOfWeek":[]})")
                  ->next_change(0)
                  .has_value());
}

TEST_CASE("without a schedule it is always time") {
  CHECK(alarm_schedule().holds_at(INT64_MIN));
  CHECK(alarm_schedule::parse(R"({"type":"ANY_TIME"})")->holds_at(5));
  for (const auto* wrong : {"", "[]", "{}", R"({"type":"SOMETIMES"})",
                            R"({"type":"SPECIFIC_TIME","timezone":"Moon/Crater","daysOfWeek":[1]})",
                            R"({"type":"SPECIFIC_TIME","daysOfWeek":[0]})",
                            R"({"type":"SPECIFIC_TIME","daysOfWeek":[8]})",
                            R"({"type":"SPECIFIC_TIME","daysOfWeek":[1],"startsOn":-1})",
                            R"({"type":"CUSTOM","items":[{"dayOfWeek":1,"endsOn":86400001}]})"}) {
    CAPTURE(wrong);
    CHECK_FALSE(alarm_schedule::parse(wrong).has_value());
  }
}

} // namespace muster
