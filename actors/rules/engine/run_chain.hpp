#pragma once

#include "actors/rules/engine/rule_chains.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace muster {

/// What passed a node, for whoever looks on.
struct node_event {
  const ready_chain* chain = nullptr;
  const ready_node* node = nullptr;
  const rule_message* message = nullptr;
  /// Empty: the message came in; else it left along this one.
  std::string_view relation;
  /// With Failure: why.
  std::string_view why;
};

struct chain_run {
  const rule_chains& chains;
  rule_device& device;
  instant now;
  /// Empty: nobody looks on.
  std::function<void(const node_event&)> watch = {};
  /// Nodes that one message may pass, those of its copies counted: beyond, what is left fails.
  std::size_t most_steps = 1'000;
};

/// A node at which a chain waits for something, with the message that goes on then.
struct chain_place {
  rule_chain_id chain;
  rule_node_id node;
  rule_message message;
};

/// Has the message pass the chain from its first node to all its ends, in the order in which nodes
/// were reached. A branch that fails keeps what was done before. Returns the first failure that no
/// node took, empty: none.
std::string run_chain(const ready_chain& entry, rule_message message, const chain_run& with);

/// The same from where it waited, along that relation. Nothing happens when the node is gone.
std::string resume_chain(chain_place&& from, std::string_view relation, const chain_run& with);

} // namespace muster
