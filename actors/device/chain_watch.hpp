#pragma once

#include "actors/device/effects.hpp"
#include "actors/rules/engine/run_chain.hpp"

#include <functional>

namespace muster {

/// What is told of each node that a message passes: rows of debugged nodes of the tenant, beside
/// those of the command, and steps for whoever traces the device. Empty when nobody looks on. All
/// but the tenant and the time outlive it.
std::function<void(const node_event&)>
watch_chains(const rule_chains& chains, const tenant_id& tenant, timestamp now, effects& into);

} // namespace muster
