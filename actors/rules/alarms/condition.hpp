#pragma once

#include "actors/rules/alarms/alarm_inputs.hpp"
#include "actors/rules/alarms/alarm_program.hpp"

#include <optional>
#include <string>

namespace muster {

/// Whether the rule's condition is true now, its schedule left aside. Pure.
bool condition_holds(const alarm_program& of, const alarm_rule& rule, const alarm_inputs& inputs);

/// When the rule holds, as its schedule or what stands for it says now.
alarm_schedule schedule_of(const alarm_program& of, const alarm_rule& rule,
                           const alarm_inputs& inputs);

/// The amount of the rule's spec as a whole number, or as milliseconds; none when nothing says it.
std::optional<std::int64_t> demanded(const alarm_program& of, const alarm_rule& rule,
                                     const alarm_inputs& inputs);

/// The details of an alarm that the rule raises or clears, as JSON; nothing: the rule says none.
std::optional<std::string> alarm_details(const alarm_program& of, const alarm_rule& rule,
                                         const alarm_inputs& inputs);

} // namespace muster
