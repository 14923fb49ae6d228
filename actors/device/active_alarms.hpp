#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/error.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace muster {

/// Types come from devices' messages, too: beyond so many alarms no new one is raised.
inline constexpr std::size_t max_active_alarms = 1'000;

/// An alarm before and after a change; absent before: it is new.
struct changed_alarm {
  std::optional<alarm> old;
  alarm now;
};

/// A device's alarms that are not cleared: of each type at most one. Pure; who changes one puts
/// what came out, and stores it.
class active_alarms {
public:
  active_alarms() = default;
  /// As stored. Of two of one type, which no store should hold, both are kept; the older counts.
  explicit active_alarms(std::vector<alarm>&& stored);

  /// Null: there is none. Valid until something is put.
  const alarm* find(std::string_view type) const noexcept;
  const alarm* find(const alarm_id& id) const noexcept;
  const std::vector<alarm>& all() const noexcept { return all_; }

  /// What the demand makes of the alarm that is there, or a new one; `now.version` is the old one
  /// when nothing changes. Whose alarm a new one is, and its identifier, are the caller's to say.
  /// Error: overloaded, when there are too many to raise another.
  result<changed_alarm> raised(const alarm_demand& demand, timestamp now) const;

  /// The alarm as it is from now on; one that is cleared goes.
  void put(const alarm& now);
  void erase(const alarm_id& id);

private:
  std::vector<alarm> all_;
};

// Changes of one alarm. Each raises its version.

void acknowledge(alarm& one, timestamp now);
/// Absent details: as they are.
void clear(alarm& one, const std::optional<json_text>& details, timestamp now);
/// Absent: to nobody.
void assign(alarm& one, const std::optional<user_id>& assignee, timestamp now);

} // namespace muster
