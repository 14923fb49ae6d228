#include "actors/device/active_alarms.hpp"

#include <algorithm>
#include <utility>

namespace muster {

active_alarms::active_alarms(std::vector<alarm>&& stored) : all_(std::move(stored)) {
  std::ranges::stable_sort(all_, {}, &alarm::created);
}

const alarm* active_alarms::find(std::string_view type) const noexcept {
  const auto found = std::ranges::find(all_, type, &alarm::type);
  return found == all_.end() ? nullptr : &*found;
}

const alarm* active_alarms::find(const alarm_id& id) const noexcept {
  const auto found = std::ranges::find(all_, id, &alarm::id);
  return found == all_.end() ? nullptr : &*found;
}

result<changed_alarm> active_alarms::raised(const alarm_demand& demand, timestamp now) const {
  const alarm* present = find(demand.type);
  changed_alarm made;
  if (present == nullptr) {
    if (all_.size() >= max_active_alarms) {
      return fail(error_code::overloaded, "the device has too many active alarms");
    }
    made.now.created = now;
    made.now.type = demand.type;
    made.now.start = demand.start == 0 ? now : demand.start;
    made.now.end = made.now.start;
  } else {
    made.old = *present;
    made.now = *present;
    made.now.end = now;
  }
  made.now.severity = demand.severity;
  if (demand.details) {
    made.now.details = *demand.details;
  }
  if (demand.propagation) {
    made.now.propagation = *demand.propagation;
  }
  if (made.old && made.now != *made.old) {
    ++made.now.version;
  }
  return made;
}

void active_alarms::put(const alarm& now) {
  if (now.cleared) {
    return erase(now.id);
  }
  const auto found = std::ranges::find(all_, now.id, &alarm::id);
  if (found == all_.end()) {
    all_.reserve(all_.size() + 1);
    all_.push_back(now);
  } else {
    *found = now;
  }
}

void active_alarms::erase(const alarm_id& id) {
  std::erase_if(all_, [&](const alarm& one) { return one.id == id; });
}

void acknowledge(alarm& one, timestamp now) {
  one.acknowledged = true;
  one.acknowledged_at = now;
  ++one.version;
}

void clear(alarm& one, const std::optional<json_text>& details, timestamp now) {
  one.cleared = true;
  one.cleared_at = now;
  if (details) {
    one.details = *details;
  }
  ++one.version;
}

void assign(alarm& one, const std::optional<user_id>& assignee, timestamp now) {
  one.assignee = assignee;
  one.assigned_at = now;
  ++one.version;
}

} // namespace muster
