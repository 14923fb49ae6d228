#pragma once

#include "actors/model/time.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace date {
class time_zone;
}

namespace muster {

class json_place;

/// On which days of the week, and when on them, a rule holds. Immutable.
class alarm_schedule {
public:
  /// Always.
  alarm_schedule() = default;

  /// ThingsBoard's ANY_TIME, SPECIFIC_TIME and CUSTOM. What is wrong goes to the place.
  static alarm_schedule read(const json_place& at);
  /// The same as JSON text. Nothing: it is not one.
  static std::optional<alarm_schedule> parse(std::string_view json);

  bool always() const noexcept { return zone_ == nullptr; }
  bool holds_at(timestamp ts) const;
  /// The first time after that one at which it holds and did not before, or the other way round;
  /// nothing: not within eight days, which is never.
  std::optional<timestamp> next_change(timestamp ts) const;

private:
  /// Milliseconds since midnight. An end before the beginning is on the next day's morning, which
  /// belongs to this day: both ends of the day hold.
  struct hours {
    bool on = false;
    milliseconds begin = 0;
    milliseconds end = 0;
  };

  /// Null: always.
  const date::time_zone* zone_ = nullptr;
  /// From Monday on.
  std::array<hours, 7> days_{};
};

} // namespace muster
