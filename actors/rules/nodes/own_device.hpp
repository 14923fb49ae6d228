#pragma once

#include "actors/rules/engine/chain_node.hpp"

namespace muster {

/// Whether the message is of the device whose actor runs the chain: what a node saves at once.
inline bool of_own_device(const rule_message& message, node_run& run) {
  return message.originator.kind == entity_type::device &&
         message.originator.id == run.device().info().id.value;
}

} // namespace muster
