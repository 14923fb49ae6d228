#pragma once

#include "actors/model/error.hpp"
#include "actors/rules/alarms/alarm_program.hpp"

#include <nlohmann/json_fwd.hpp>

namespace muster {

/// The alarm rules in a device profile's `profileData` (reference rules, section 4.5, up to 4.2).
/// None when there are none. Error: invalid, with the member that is wrong.
result<alarm_programs> read_profile_alarms(const nlohmann::ordered_json& profile_data);

} // namespace muster
