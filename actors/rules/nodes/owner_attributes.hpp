#pragma once

#include "actors/rules/engine/chain_node.hpp"

namespace muster {

/// Whether the message is of a customer or the tenant, whose server attributes nodes may change.
bool of_owner(const rule_message& message);

/// Leaves the change to be done; the message goes on along Success when it is, else along Failure.
void change_owner_attributes(attributes_work&& work, rule_message message, node_run& run);

/// Goes on with what became of it: of the nodes that use it.
void owner_attributes_changed(rule_message message, work_outcome&& outcome, node_run& run);

} // namespace muster
