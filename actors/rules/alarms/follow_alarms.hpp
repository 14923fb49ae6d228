#pragma once

#include "actors/rules/alarms/alarm_inputs.hpp"
#include "actors/rules/alarms/alarm_program.hpp"
#include "actors/rules/alarms/rule_progress.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// What is new about the device: values that it sent or was given, or nothing but the time.
struct alarm_update {
  enum class kind : std::uint8_t { telemetry, attributes, tick };
  kind what = kind::tick;
  /// Of attributes.
  attribute_scope scope = attribute_scope::client;
  std::vector<std::string_view> keys = {};
  /// The time of the values; of a tick the time that it was wanted at.
  timestamp ts = 0;
};

/// What follows for one type of alarm.
struct alarm_consequence {
  enum class kind : std::uint8_t { raise, clear };
  kind what = kind::raise;
  const alarm_program* of = nullptr;
  alarm_severity severity = alarm_severity::critical;
  /// JSON; absent: as they are.
  std::optional<std::string> details = std::nullopt;
  /// When what it is about began; never later than now.
  timestamp start = 0;
  // What the rule has counted, if it counts.
  std::optional<std::int64_t> repeats = std::nullopt;
  std::optional<milliseconds> duration = std::nullopt;
};

/// The device's active alarms, which the rules raise and clear. What it is told is true from then
/// on.
class alarm_outputs {
public:
  virtual ~alarm_outputs() = default;

  /// None: there is no active alarm of that type.
  virtual std::optional<alarm_severity> active(std::string_view type) const = 0;
  virtual void act(alarm_consequence&& what) = 0;
};

/// Follows all rules of a device that look at what is new. `now` is the server's wall time. Pure
/// but for what `inputs` and `outputs` do. Returns when it wants to be told the time again, always
/// later than now; none: with the next update. Progress of rules that are not among `programs` is
/// dropped.
std::optional<timestamp> follow_alarms(const alarm_programs& programs, rules_progress& progress,
                                       const alarm_update& update, timestamp now,
                                       const alarm_inputs& inputs, alarm_outputs& outputs);

/// An alarm of that type was cleared or deleted by somebody else: its rules begin anew.
void forget_progress(const alarm_programs& programs, std::string_view type,
                     rules_progress& progress);

} // namespace muster
