#pragma once

#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace muster {

/// Of what passes a node, the events that are kept for its author.
struct rule_node_debug {
  /// What leaves along Failure.
  bool failures_enabled = false;
  /// All that comes and leaves, without end.
  bool all_enabled = false;
  /// The same up to this time; 0: never.
  timestamp all_enabled_until = 0;

  friend bool operator==(const rule_node_debug&, const rule_node_debug&) = default;
};

/// One step of a chain. What its class demands of the configuration is checked where the chain is
/// made ready to run: a node that cannot run is kept all the same.
struct rule_node {
  rule_node_id id;
  timestamp created = 0;
  /// The full class, as `org.thingsboard.rule.engine.filter.TbJsFilterNode`.
  std::string type;
  std::string name;
  std::uint32_t configuration_version = 0;
  bool singleton_mode = false;
  /// Empty: the message's own.
  std::string queue_name;
  json_text configuration{"{}"};
  json_text additional_info{"null"};
  rule_node_debug debug;

  friend bool operator==(const rule_node&, const rule_node&) = default;
};

/// What leaves the node `from` along the relation `type` goes to the node `to`: places in the
/// chain's nodes, always inside.
struct rule_connection {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::string type;

  friend auto operator<=>(const rule_connection&, const rule_connection&) = default;
};

/// A rule chain with its whole graph. The version grows by one per change of either.
struct rule_chain {
  rule_chain_id id;
  timestamp created = 0;
  tenant_id tenant;
  std::string name;
  /// The chain that a tenant's messages enter when no profile says otherwise; each tenant has at
  /// most one.
  bool root = false;
  bool debug_mode = false;
  json_text configuration{"null"};
  json_text additional_info{"null"};
  std::uint64_t version = 1;
  /// Where messages enter, a place in `nodes`; absent: they are taken and nothing is done.
  std::optional<std::uint32_t> first_node;
  std::vector<rule_node> nodes;
  /// In order and without repetition; no node reaches itself along them.
  std::vector<rule_connection> connections;

  friend bool operator==(const rule_chain&, const rule_chain&) = default;
};

} // namespace muster
