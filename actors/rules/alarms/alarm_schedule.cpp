#include "actors/rules/alarms/alarm_schedule.hpp"

#include "actors/rules/alarms/json_place.hpp"

#include <date/tz.h>

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
  // Where the calendar ends, nothing is scheduled.
  constexpr timestamp year_1 = -62'135'596'800'000;
  constexpr timestamp year_9999 = 253'370'764'800'000;
  if (ts < year_1 || ts > year_9999) {
    return false;
  }
  const date::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds{ts}};
  const auto today = date::floor<date::days>(zone_->to_local(at));
  const auto midnight = zone_->to_sys(today, date::choose::earliest);
  const milliseconds since =
      std::chrono::duration_cast<std::chrono::milliseconds>(at - midnight).count();
  const auto& day = days_[date::weekday{today}.iso_encoding() - 1];
  if (!day.on) {
    return false;
  }
  return day.begin <= day.end ? day.begin <= since && since < day.end
                              : day.begin <= since || since < day.end;
}

} // namespace muster
