#pragma once

#include "actors/model/rule_chain.hpp"
#include "actors/rules/engine/chain_counts.hpp"
#include "actors/rules/engine/chain_node.hpp"
#include "actors/rules/engine/chain_shortcuts.hpp"
#include "actors/rules/engine/debug_budget.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// What the engine itself does with messages that reach a node, in place of the node.
struct chain_call {
  /// The chain that messages enter and come back from along the names of its output nodes.
  rule_chain_id chain;
};

/// A node in its place.
struct ready_node {
  rule_node_id id;
  std::string name;
  /// The class without its package.
  std::string type;
  /// Null for a node that calls a chain, is an output, or cannot run.
  std::unique_ptr<const chain_node> node;
  std::optional<chain_call> call;
  bool output = false;
  rule_node_debug debug;
  /// Why it cannot run; empty: it can.
  std::string broken;
  /// By relation in lower case: the nodes that follow.
  std::vector<std::pair<std::string, std::uint32_t>> follows;
};

/// A rule chain ready to run. Immutable but for what it counts: made once per change of the chain,
/// shared by all devices and threads.
struct ready_chain {
  rule_chain_id id;
  std::string name;
  std::uint64_t version = 0;
  std::optional<std::uint32_t> first;
  std::vector<ready_node> nodes;
  /// Some node has events that are kept.
  bool debugged = false;
  /// Places of those that make messages by themselves.
  std::vector<std::uint32_t> sources;
  std::unique_ptr<chain_counts> counts;
};

/// Never fails: a node of an unknown class or with a bad configuration is broken, and says why.
std::shared_ptr<const ready_chain> make_ready(const rule_chain& chain, script_engine& scripts);

/// All chains of a tenant as they are at one time. Immutable.
struct rule_chains {
  /// Outlives them.
  script_engine* scripts = nullptr;
  std::map<rule_chain_id, std::shared_ptr<const ready_chain>> chains;
  std::optional<rule_chain_id> root;
  /// Some chain is debugged.
  bool debugged = false;
  /// How many events may be kept; null: any number. The same for all versions of the chains.
  std::shared_ptr<debug_budget> debug_events;
  /// Whether the time that nodes take is wanted; outlives them. Null: never.
  const std::atomic<bool>* timed = nullptr;

  const ready_chain* find(const rule_chain_id& id) const {
    const auto found = chains.find(id);
    return found == chains.end() ? nullptr : found->second.get();
  }
};

chain_shortcuts find_shortcuts(const ready_chain& entry);

} // namespace muster
