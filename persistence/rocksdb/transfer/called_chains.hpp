#pragma once

#include "actors/model/rule_chain.hpp"

#include <functional>

namespace muster::persistence {

/// Visits the identifiers of the chains that a chain sends messages through; a changed one is
/// written into its node.
void visit_called_chains(rule_chain& chain, const std::function<void(uuid&)>& visit);

} // namespace muster::persistence
