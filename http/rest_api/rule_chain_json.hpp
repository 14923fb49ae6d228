#pragma once

#include "actors/model/reply.hpp"
#include "actors/model/rule_chain.hpp"

#include <string>
#include <vector>

namespace muster::http::rest {

/// The chain without its nodes.
void append_rule_chain(std::string& out, const rule_chain& chain);

/// The chain's nodes and connections; nodes that cannot run say so.
void append_rule_graph(std::string& out, const rule_graph& graph);

/// As a file has them: nodes without identifiers.
void append_filed_graph(std::string& out, const rule_chain& chain);

/// `[{"ruleChainId":..,"ruleChainName":..,"updated":true},...]`
std::string imported_json(const std::vector<imported_rule_chain>& chains);

/// The nodes of `callers` that messages come back to from the chain, with the names along which
/// they leave, by the names of their chains.
std::string label_usage_json(const std::vector<rule_chain>& callers, const rule_chain_id& of);

} // namespace muster::http::rest
