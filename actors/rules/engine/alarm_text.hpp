#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/entity.hpp"

#include <string>

namespace muster {

/// An alarm as the wire and messages of rule chains show it (reference rules, section 7).
std::string alarm_text(const alarm& one);

/// The same with what else is shown of it: its originator's names, and its assignee. Null: nobody,
/// or not known; then a present assignee has nothing but its identifier.
std::string alarm_info_text(const alarm& one, const device_info& originator, const user* assignee);

} // namespace muster
