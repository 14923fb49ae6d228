#include "actors/rules/chains/output_labels.hpp"

#include "actors/rules/chains/chain_entrances.hpp"
#include "actors/rules/chains/node_classes.hpp"

#include <algorithm>
#include <set>

namespace muster {

std::vector<std::string> output_labels(const rule_chain& chain) {
  std::set<std::string> labels;
  for (const auto& node : chain.nodes) {
    if (node.type == chain_output_node) {
      labels.insert(node.name);
    }
  }
  return {labels.begin(), labels.end()};
}

std::map<std::string, std::string> renamed_labels(const rule_chain& before,
                                                  const rule_chain& after) {
  std::map<std::string, std::string> renamed;
  std::set<std::string> in_doubt;
  for (const auto& node : after.nodes) {
    const auto old = std::ranges::find(before.nodes, node.id, &rule_node::id);
    if (node.type == chain_output_node && old != before.nodes.end() &&
        old->type == chain_output_node && old->name != node.name) {
      const auto [known, is_new] = renamed.emplace(old->name, node.name);
      if (!is_new && known->second != node.name) {
        in_doubt.insert(old->name);
      }
    }
  }
  for (const auto& label : output_labels(after)) {
    in_doubt.insert(label);
  }
  for (const auto& label : in_doubt) {
    renamed.erase(label);
  }
  return renamed;
}

bool rename_connections(rule_chain& chain, const rule_chain_id& target,
                        const std::map<std::string, std::string>& renamed) {
  bool changed = false;
  for (const auto& entrance : entrances_of(chain)) {
    for (auto& one : chain.connections) {
      const auto name = renamed.find(one.type);
      if (entrance.target == target && one.from == entrance.node && name != renamed.end()) {
        one.type = name->second;
        changed = true;
      }
    }
  }
  if (changed) {
    std::ranges::sort(chain.connections);
    auto& all = chain.connections;
    all.erase(std::unique(all.begin(), all.end()), all.end());
  }
  return changed;
}

} // namespace muster
