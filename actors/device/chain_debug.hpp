#pragma once

#include "actors/rules/engine/run_chain.hpp"
#include "persistence/store/mutation.hpp"

#include <functional>
#include <vector>

namespace muster {

/// Keeps what passes debugged nodes of the tenant's chains, as rows beside those of the command.
/// Empty when no node is debugged. All but the tenant and the time outlive it.
std::function<void(const node_event&)> keep_debug_events(const rule_chains& chains,
                                                         const tenant_id& tenant, timestamp now,
                                                         std::vector<persistence::mutation>& into);

} // namespace muster
