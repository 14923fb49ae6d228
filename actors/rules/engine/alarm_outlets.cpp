#include "actors/rules/engine/run_chain.hpp"

#include <algorithm>

namespace muster {

std::vector<chain_place> alarm_outlets(const rule_chains& chains, const ready_chain& entry) {
  std::vector<chain_place> found;
  std::vector<const ready_chain*> entered{&entry};
  for (std::size_t at = 0; at < entered.size(); ++at) {
    const ready_chain& chain = *entered[at];
    for (const auto& node : chain.nodes) {
      if (node.node && node.node->tells_alarms()) {
        found.push_back({{chain.id, node.id}, {}, {}});
      }
      const auto* next = node.call ? chains.find(node.call->chain) : nullptr;
      if (next != nullptr && std::ranges::find(entered, next) == entered.end()) {
        entered.push_back(next);
      }
    }
  }
  return found;
}

} // namespace muster
