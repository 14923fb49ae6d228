#include "actors/device/chain_watch.hpp"

#include "actors/device/chain_steps.hpp"
#include "actors/rules/engine/debug_events.hpp"

#include <utility>

namespace muster {

std::function<void(const node_event&)>
watch_chains(const rule_chains& chains, const tenant_id& tenant, timestamp now, effects& into) {
  if (!chains.debugged && into.steps == nullptr) {
    return {};
  }
  return [&chains, tenant, now, &into](const node_event& what) {
    if (chains.debugged) {
      if (auto event = debug_event(what, tenant, chains.debug_events.get(), now)) {
        into.mutations.emplace_back(persistence::put_rule_event{std::move(*event)});
      }
    }
    if (into.steps != nullptr) {
      into.steps->note(what);
    }
  };
}

} // namespace muster
