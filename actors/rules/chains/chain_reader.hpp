#pragma once

#include "actors/model/error.hpp"
#include "actors/model/rule_chain.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace muster {

// Rule chains as ThingsBoard writes them, its older exports too. The texts are strict JSON of a
// bounded depth; whoever takes them from a stranger has seen to that. Errors are `invalid` and say
// which node or connection, and which of its members, is wrong.

/// All of a chain but its graph.
struct chain_head {
  rule_chain chain;
  std::optional<rule_chain_id> id;
  /// What the client saw.
  std::optional<std::uint64_t> version;
};
result<chain_head> read_chain_head(std::string_view json);

/// A chain's graph. Nodes have the identifiers that they came with, or zeros, and configurations of
/// the present versions; connections are in order and without repetition, their places not yet
/// checked. What older exports have as connections to other chains are nodes.
struct chain_metadata {
  rule_chain_id chain;
  std::optional<std::uint64_t> version;
  std::optional<std::uint32_t> first_node;
  std::vector<rule_node> nodes;
  std::vector<rule_connection> connections;
};
result<chain_metadata> read_chain_metadata(std::string_view json);

/// A file of chains: `{"ruleChains":[...],"metadata":[...]}`. Each chain with the identifier that
/// it has in the file, and with its graph.
result<std::vector<rule_chain>> read_chain_file(std::string_view json);

} // namespace muster
