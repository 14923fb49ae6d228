#pragma once

#include "actors/model/error.hpp"
#include "actors/model/rule_chain.hpp"

#include <string>

namespace muster {

/// What a chain's graph must be, whatever its nodes do: names that are not blank, places inside the
/// nodes, no connection of a node to itself and no way back to a node. Error: invalid, with the
/// node and what is wrong with it.
result<void> check_graph(const rule_chain& chain);

/// A node as people find it: "Node 2 'Filter'".
std::string shown(const rule_chain& chain, std::size_t node);

} // namespace muster
