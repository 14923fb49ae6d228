#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/attribute.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"
#include "actors/rules/alarms/alarm_schedule.hpp"
#include "actors/rules/scripts/script.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster {

/// Where a value comes from when a rule is looked at.
struct alarm_source {
  enum class kind : std::uint8_t {
    latest_telemetry,
    /// Of the device: in `scope`, or in the first scope that has it.
    attribute,
    // Of the server scope of others: of the device's customer, or of `customer`; of its tenant; of
    // its customer if it has one, else of its tenant.
    customer_attribute,
    tenant_attribute,
    owner_attribute,
    /// Of the device itself: `name`, `type`, `label`, `createdTime`.
    field,
    /// `otherwise`, always.
    constant,
  };
  kind what = kind::constant;
  std::optional<attribute_scope> scope = std::nullopt;
  std::string key = {};
  /// When there is none.
  std::optional<value> otherwise = std::nullopt;
  std::optional<customer_id> customer = std::nullopt;

  /// Not the device's: a change of it is no update of the device.
  bool of_others() const noexcept {
    return what == kind::customer_attribute || what == kind::tenant_attribute ||
           what == kind::owner_attribute;
  }

  friend bool operator==(const alarm_source&, const alarm_source&) = default;
};

/// A place in a program's list.
using program_place = std::uint16_t;

/// What a value is compared with: that of the first source that has one, else, or when that cannot
/// be read, `otherwise`.
struct alarm_operand {
  std::vector<program_place> sources;
  std::optional<value> otherwise;
};

enum class comparison : std::uint8_t {
  equal,
  not_equal,
  greater,
  less,
  greater_or_equal,
  less_or_equal,
  starts_with,
  ends_with,
  contains,
  not_contains,
  in,
  not_in,
};

/// One step of a condition; conditions are trees of steps.
struct alarm_step {
  enum class kind : std::uint8_t {
    /// True when all, or any, of `parts` are.
    all,
    any,
    // The value of `source` compared with `with`, as numbers, texts or booleans. A value that is
    // not there or cannot be read so makes it false.
    number,
    text,
    flag,
    /// A script over all named values; false when one of them is not there, or when it fails.
    script,
  };
  kind what = kind::all;
  comparison how = comparison::equal;
  /// Of texts.
  bool ignore_case = false;
  program_place source = 0;
  alarm_operand with = {};
  std::vector<program_place> parts = {};
  std::optional<muster::script> asks = std::nullopt;
};

/// When a condition that is true makes a rule true.
struct alarm_spec {
  enum class kind : std::uint8_t {
    at_once,
    /// When it has been true for longer than `amount`.
    lasting,
    /// With the update that finds it true for the `amount`th time without a miss.
    repeating,
  };
  kind what = kind::at_once;
  alarm_operand amount = {};
  /// Milliseconds of one of `amount`.
  milliseconds unit = 1;
};

struct alarm_rule {
  /// Tells the rule's progress from that of others, and of the rule as it was before a change.
  std::uint64_t fingerprint = 0;
  /// Of rules that raise.
  alarm_severity severity = alarm_severity::critical;
  program_place condition = 0;
  alarm_spec spec;
  /// Places of the sources whose new values have the rule looked at.
  std::vector<program_place> looks_at;
  alarm_schedule schedule;
  /// Sources of a schedule as JSON, which stands before `schedule`.
  std::vector<program_place> schedule_from;
  /// With `${name}` for values; empty: none.
  std::string details;
  std::optional<uuid> dashboard;
};

/// The rules of one type of alarm, ready to be followed. Immutable once made; shared by all devices
/// that it is for. Places in it are places in its own lists.
struct alarm_program {
  std::string type;
  alarm_propagation propagation;
  std::vector<alarm_source> sources;
  std::vector<alarm_step> steps;
  /// How details and scripts call the sources.
  std::vector<std::pair<std::string, program_place>> names;
  /// From the gravest on.
  std::vector<alarm_rule> raising;
  std::optional<alarm_rule> clearing;
};

/// In the order in which they are followed.
using alarm_programs = std::vector<std::shared_ptr<const alarm_program>>;

} // namespace muster
