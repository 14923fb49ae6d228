#pragma once

#include "actors/model/error.hpp"
#include "actors/model/rule_chain.hpp"

#include <string>
#include <string_view>

namespace muster::persistence::postgres {

/// A chain's nodes and connections as JSON that people can query with `::json`:
/// {"nodes":[{"id":..,"created":..,"type":..,..}],"connections":[[0,1,"Success"]]}.
std::string rule_graph_to_json(const rule_chain& chain);

/// Sets the chain's nodes and connections. Error: storage_unavailable.
result<void> rule_graph_from_json(std::string_view text, rule_chain& into);

} // namespace muster::persistence::postgres
