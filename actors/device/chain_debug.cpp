#include "actors/device/chain_debug.hpp"

#include "actors/rules/engine/debug_events.hpp"

#include <utility>

namespace muster {

std::function<void(const node_event&)> keep_debug_events(const rule_chains& chains,
                                                         const tenant_id& tenant, timestamp now,
                                                         std::vector<persistence::mutation>& into) {
  if (!chains.debugged) {
    return {};
  }
  return [&chains, tenant, now, &into](const node_event& what) {
    if (auto event = debug_event(what, tenant, chains.debug_events.get(), now)) {
      into.emplace_back(persistence::put_rule_event{std::move(*event)});
    }
  };
}

} // namespace muster
