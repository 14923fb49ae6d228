#pragma once

#include "actors/rules/engine/rule_chains.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

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

/// What a chain is told once what runs is through.
struct told_event {
  rule_message message;
  /// Of an alarm that the device's alarm rules have changed: the relation along which nodes that
  /// tell of such send it on.
  std::string alarm_relation = {};
};

/// The nodes that tell of alarms which the device's alarm rules have changed: of the entry chain
/// and those that it enters. Their messages are empty.
std::vector<chain_place> alarm_outlets(const rule_chains& chains, const ready_chain& entry);

/// Has the message pass the chain from its first node to all its ends, in the order in which nodes
/// were reached. A branch that fails keeps what was done before. Returns the first failure that no
/// node took, empty: none.
std::string run_chain(const ready_chain& entry, rule_message message, const chain_run& with);

/// The same from the node that left the work, which is given what became of it. Nothing happens
/// when that node is gone; a chain that had called its chain is not gone back to when its node is
/// gone.
std::string resume_chain(chain_place&& from, work_outcome&& outcome, const chain_run& with);

/// Has the message go on from a node along a relation, as if the node had just sent it. Nothing
/// happens when the node is gone.
std::string send_on_from(chain_place&& from, std::string_view relation, const chain_run& with);

/// Has the nodes that make messages of the device by themselves begin, if none of their work waits.
void begin_sources(const chain_run& with);

} // namespace muster
