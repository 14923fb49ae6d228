#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/error.hpp"
#include "actors/rules/engine/rule_message.hpp"

namespace muster {

// Alarms that messages bring.

/// What the message's alarm says of type, severity, details, propagation and begin. Error: invalid,
/// with what is wrong.
result<alarm_demand> demand_of_body(const rule_message& message);

/// The type is neither blank nor longer than 255 characters. Error: invalid.
result<alarm_demand> check_demand(alarm_demand demand);

/// Which alarm the body is, and how it stood when the message was made.
struct named_alarm {
  alarm_id id;
  bool acknowledged = false;
};
result<named_alarm> alarm_of_body(const rule_message& message);

} // namespace muster
