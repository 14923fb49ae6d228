#pragma once

#include "actors/model/rule_chain.hpp"

#include <map>

namespace muster {

/// Makes the nodes of a chain from a file this tenant's: chains of the file that they name by the
/// file's identifiers are named by their own, and whatever tenant stands in a configuration is this
/// one.
void settle(rule_chain& chain, const std::map<rule_chain_id, rule_chain_id>& own,
            const tenant_id& tenant);

} // namespace muster
