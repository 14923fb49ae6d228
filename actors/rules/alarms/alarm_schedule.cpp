#include "actors/rules/alarms/alarm_schedule.hpp"

#include "actors/rules/alarms/json_place.hpp"

#include <date/tz.h>

#include <algorithm>
#include <chrono>
#include <exception>

namespace muster {

namespace {

constexpr milliseconds whole_day = 24 * 3'600'000LL;

const date::time_zone* zone_in(json_place from) {
  const std::string name = from.text_or("");
  try {
    return date::locate_zone(name.empty() ? "Etc/UTC" : name);
  } catch (const std::exception&) {
    from.refuse("must be a time zone");
    return nullptr;
  }
}

milliseconds time_of_day(json_place from) {
  const auto read = from.whole_or(0);
  if (read < 0 || read > whole_day) {
    from.refuse("must be milliseconds of a day");
  }
  return read;
}

std::size_t day_of_week(json_place from) {
  const auto read = from.whole();
  if (read < 1 || read > 7) {
    from.refuse("must be a day of the week from 1 to 7");
    return 0;
  }
  return static_cast<std::size_t>(read - 1);
}

/// Where the calendar ends, nothing is scheduled.
bool in_calendar(timestamp ts) noexcept {
  constexpr timestamp year_1 = -62'135'596'800'000;
  constexpr timestamp year_9999 = 253'370'764'800'000;
  return ts >= year_1 && ts <= year_9999;
}

date::local_days day_at(const date::time_zone& zone, timestamp ts) {
  const date::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds{ts}};
  return date::floor<date::days>(zone.to_local(at));
}

timestamp midnight_of(const date::time_zone& zone, date::local_days day) {
  const auto at = zone.to_sys(day, date::choose::earliest).time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(at).count();
}

} // namespace

alarm_schedule alarm_schedule::read(const json_place& at) {
  alarm_schedule made;
  const auto kind = at["type"].choice({"ANY_TIME", "SPECIFIC_TIME", "CUSTOM"});
  if (kind == 0) {
    return made;
  }
  made.zone_ = zone_in(at["timezone"]);
  const auto hours_of = [](const json_place& of) {
    const auto end = time_of_day(of["endsOn"]);
    return hours{true, time_of_day(of["startsOn"]), end == 0 ? whole_day : end};
  };
  if (kind == 1) {
    const hours all = hours_of(at);
    for (const auto& day : at["daysOfWeek"].list()) {
      made.days_[day_of_week(day)] = all;
    }
    return made;
  }
  for (const auto& item : at["items"].list()) {
    hours& day = made.days_[day_of_week(item["dayOfWeek"])];
    day = hours_of(item);
    day.on = item["enabled"].flag_or(false);
  }
  return made;
}

std::optional<alarm_schedule> alarm_schedule::parse(std::string_view json) {
  const auto read = nlohmann::ordered_json::parse(json, nullptr, false);
  if (!read.is_object()) {
    return std::nullopt;
  }
  std::optional<error> fault;
  auto made = alarm_schedule::read(json_place(&read, {}, fault));
  return fault ? std::nullopt : std::optional(made);
}

bool alarm_schedule::holds_at(timestamp ts) const {
  if (zone_ == nullptr) {
    return true;
  }
  if (!in_calendar(ts)) {
    return false;
  }
  const auto today = day_at(*zone_, ts);
  const milliseconds since = ts - midnight_of(*zone_, today);
  const auto& day = days_[date::weekday{today}.iso_encoding() - 1];
  if (!day.on) {
    return false;
  }
  return day.begin <= day.end ? day.begin <= since && since < day.end
                              : day.begin <= since || since < day.end;
}

std::optional<timestamp> alarm_schedule::next_change(timestamp ts) const {
  if (zone_ == nullptr || !in_calendar(ts)) {
    return std::nullopt;
  }
  const bool before = holds_at(ts);
  auto day = day_at(*zone_, ts);
  for (int i = 0; i <= 8; ++i, day += date::days{1}) {
    const auto& held = days_[date::weekday{day}.iso_encoding() - 1];
    const timestamp midnight = midnight_of(*zone_, day);
    std::array edges{midnight, midnight + held.begin, midnight + held.end};
    std::ranges::sort(edges);
    for (const timestamp edge : edges) {
      if (edge > ts && holds_at(edge) != before) {
        return edge;
      }
    }
  }
  return std::nullopt;
}

} // namespace muster
