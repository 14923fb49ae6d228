#pragma once

#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// From the gravest on. The numbers are written to disk.
enum class alarm_severity : std::uint8_t {
  critical = 0,
  major = 1,
  minor = 2,
  warning = 3,
  indeterminate = 4
};

/// Whose lists show an alarm besides its originator's.
struct alarm_propagation {
  /// Entities that have a relation to the originator.
  bool to_related = false;
  /// The originator's customer, or without one its tenant.
  bool to_owner = false;
  bool to_tenant = false;
  /// Of the relations; empty: of all types.
  std::vector<std::string> relation_types;

  friend bool operator==(const alarm_propagation&, const alarm_propagation&) = default;
};

/// Something is wrong with a device. Of those that are not cleared a device has at most one of each
/// type. The version grows by one per change.
struct alarm {
  alarm_id id;
  timestamp created = 0;
  tenant_id tenant;
  /// The originator's customer while the alarm was active.
  std::optional<customer_id> customer;
  device_id originator;
  std::string type;
  alarm_severity severity = alarm_severity::critical;
  bool acknowledged = false;
  /// For good: what happens again is another alarm.
  bool cleared = false;
  std::optional<user_id> assignee;
  /// When it began, and when it was seen last.
  timestamp start = 0;
  timestamp end = 0;
  // 0: never.
  timestamp acknowledged_at = 0;
  timestamp cleared_at = 0;
  timestamp assigned_at = 0;
  /// "null" when absent.
  json_text details{"null"};
  alarm_propagation propagation;
  /// The entities besides the originator whose lists show it, as `propagation` says.
  std::vector<uuid> shown_at;
  std::uint64_t version = 1;

  friend bool operator==(const alarm&, const alarm&) = default;
};

/// What somebody, or the server itself, has said of an alarm.
struct alarm_comment {
  alarm_comment_id id;
  timestamp created = 0;
  alarm_id alarm;
  /// Absent: the server.
  std::optional<user_id> user;
  /// By the server, of what became of the alarm or of a comment.
  bool system = false;
  /// An object.
  json_text comment{"{}"};

  friend bool operator==(const alarm_comment&, const alarm_comment&) = default;
};

/// Which alarms a list is of, beside whose they are. What is absent or empty asks for all.
struct alarm_filter {
  /// The originator, or an entity whose lists show them.
  std::optional<uuid> entity;
  std::optional<bool> cleared;
  std::optional<bool> acknowledged;
  std::vector<alarm_severity> severities;
  std::vector<std::string> types;
  std::optional<user_id> assignee;
  /// start <= created <= end.
  timestamp start = std::numeric_limits<timestamp>::min();
  timestamp end = std::numeric_limits<timestamp>::max();

  friend bool operator==(const alarm_filter&, const alarm_filter&) = default;
};

/// That a device has an active alarm of the type: a new one, or the one that is there as this says.
struct alarm_demand {
  /// Not blank, at most 255 characters; checked where it enters.
  std::string type;
  alarm_severity severity = alarm_severity::critical;
  /// Absent: as they are; of a new alarm "null".
  std::optional<json_text> details = std::nullopt;
  /// Absent: as it is; of a new alarm nowhere.
  std::optional<alarm_propagation> propagation = std::nullopt;
  /// When a new one began; 0: now.
  timestamp start = 0;
};

/// What became of an alarm.
struct alarm_outcome {
  enum class change : std::uint8_t {
    /// It was so already.
    nothing,
    created,
    updated,
    /// As updated, and of another severity than before.
    severity_updated,
    cleared
  };

  change what = change::nothing;
  alarm now;
};

/// As the wire names them: `CRITICAL`, ...
std::string_view severity_name(alarm_severity severity) noexcept;
/// nullopt: no such severity. Capital letters only.
std::optional<alarm_severity> parse_severity(std::string_view name) noexcept;

/// `ACTIVE_UNACK`, `ACTIVE_ACK`, `CLEARED_UNACK` or `CLEARED_ACK`.
std::string_view alarm_status(const alarm& one) noexcept;

} // namespace muster
