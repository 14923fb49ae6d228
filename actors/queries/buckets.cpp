#include "actors/queries/buckets.hpp"

#include <date/tz.h>

#include <algorithm>
#include <cstdint>
#include <exception>

namespace muster {

namespace {

constexpr milliseconds day = 24 * 3'600'000LL;

tl::unexpected<error> too_many(std::uint64_t count) {
  return fail(error_code::invalid,
              "Incorrect TsKvQuery. Number of intervals is to high - " + std::to_string(count) +
                  ". Please increase 'interval' parameter for your query or reduce the time range "
                  "of the query.");
}

/// Length of the range; exact also where a signed difference would overflow.
std::uint64_t length(time_range range) {
  return static_cast<std::uint64_t>(range.end) - static_cast<std::uint64_t>(range.begin);
}

milliseconds shortest(interval_type unit) {
  switch (unit) {
  case interval_type::month:
    return 28 * day;
  case interval_type::quarter:
    return 90 * day;
  default:
    return 7 * day;
  }
}

date::local_days first_day_after(date::local_days today, interval_type unit) {
  const date::year_month_day ymd{today};
  switch (unit) {
  case interval_type::month:
    return date::local_days{(ymd.year() / ymd.month() + date::months{1}) / 1};
  case interval_type::quarter: {
    const unsigned first = (static_cast<unsigned>(ymd.month()) - 1) / 3 * 3 + 1;
    return date::local_days{(ymd.year() / date::month{first} + date::months{3}) / 1};
  }
  case interval_type::week:
    return today + date::days{7} - (date::weekday{today} - date::Sunday);
  default:
    return today + date::days{7} - (date::weekday{today} - date::Monday);
  }
}

/// The end of the calendar unit with `ts`: the next midnight, in the zone, that begins a unit.
timestamp end_of_unit(timestamp ts, interval_type unit, const date::time_zone& zone) {
  using std::chrono::milliseconds;
  const auto local = zone.to_local(date::sys_time<milliseconds>{milliseconds{ts}});
  const date::local_days next = first_day_after(date::floor<date::days>(local), unit);
  // A midnight that a change of the clocks skips or repeats: the first instant of that day.
  const auto instant = zone.to_sys(next, date::choose::earliest);
  return std::chrono::duration_cast<milliseconds>(instant.time_since_epoch()).count();
}

result<const date::time_zone*> find_zone(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return fail(error_code::invalid, "Unknown time zone '" + name + "'");
  }
}

} // namespace

result<buckets> buckets::cut(time_range range, interval_type unit, milliseconds interval,
                             const std::string& time_zone) {
  buckets made;
  made.start_ = range.begin;
  const bool fixed = unit == interval_type::fixed;
  const auto step = static_cast<std::uint64_t>(fixed ? interval : shortest(unit));
  const std::uint64_t count = (length(range) - 1) / step + 1;
  // Calendar units are at most this many; their first and last may be cut.
  if (count > max_buckets + (fixed ? 0 : 1)) {
    return too_many(count);
  }
  if (fixed) {
    for (std::uint64_t i = 1; i < count; ++i) {
      made.ends_.push_back(
          static_cast<timestamp>(static_cast<std::uint64_t>(range.begin) + i * step));
    }
    made.ends_.push_back(range.end);
    return made;
  }
  constexpr timestamp year_1 = -62'135'596'800'000;
  constexpr timestamp year_9999 = 253'370'764'800'000;
  if (range.begin < year_1 || range.end > year_9999) {
    return fail(error_code::invalid, "Calendar intervals need a time range in the years 1 to 9998");
  }
  const auto zone = find_zone(time_zone);
  if (!zone) {
    return tl::unexpected(zone.error());
  }
  for (timestamp at = range.begin; at < range.end;) {
    at = std::min(end_of_unit(at, unit, **zone), range.end);
    made.ends_.push_back(at);
  }
  if (made.ends_.size() > max_buckets) {
    return too_many(made.ends_.size());
  }
  return made;
}

time_range buckets::of(timestamp ts) const {
  const auto end = std::upper_bound(ends_.begin(), ends_.end(), ts);
  return {end == ends_.begin() ? start_ : *(end - 1), *end};
}

} // namespace muster
