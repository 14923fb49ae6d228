#pragma once

#include "actors/model/alarm.hpp"
#include "actors/rules/nodes/node_script.hpp"

#include <string_view>

namespace muster {

// What the nodes that work on alarms have in common.

/// The script that makes an alarm's details; without one of its own the node keeps those that are.
script read_details_script(configuration_reader& from);

/// The details that the script makes; it knows those that are, if there are any, as a text in the
/// metadata.
result<json_text> make_details(const script& what, const alarm* present,
                               const rule_message& message, node_run& run);

/// The message as it leaves such a node: with the alarm, and the metadata's mark of what became of
/// it.
rule_message with_alarm(rule_message message, const alarm& one, std::string_view mark);

/// What the device's chain is told of the alarm by the node.
rule_message alarm_event(std::string_view type, const alarm& one, const rule_node_id& node,
                         instant now);

} // namespace muster
