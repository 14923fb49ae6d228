#pragma once

#include "actors/model/error.hpp"
#include "actors/rules/alarms/alarm_program.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace muster {

/// The alarm rules in the configuration of a calculated field of type ALARM (reference rules,
/// section 4.5, 4.3). `identity`: of the field, so that its rules' progress outlives a change of
/// its name. Whether scripts compile is not looked at. Error: invalid, with the member that is
/// wrong.
result<std::shared_ptr<const alarm_program>>
read_alarm_field(const std::string& type, std::string_view identity,
                 const nlohmann::ordered_json& configuration);

} // namespace muster
