#include "actors/rules/chains/chain_entrances.hpp"

#include "actors/rules/chains/cycle_walk.hpp"
#include "actors/rules/chains/graph_checks.hpp"
#include "actors/rules/chains/node_classes.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace muster {

std::optional<rule_chain_id> entered_chain(const rule_node& node) {
  if (node.type != chain_input_node) {
    return std::nullopt;
  }
  const auto members = nlohmann::json::parse(node.configuration.text, nullptr, false);
  if (!members.is_object() || !members.contains("ruleChainId") ||
      !members["ruleChainId"].is_string()) {
    return std::nullopt;
  }
  const auto id = parse_uuid(members["ruleChainId"].get_ref<const std::string&>());
  return id ? std::optional(rule_chain_id{*id}) : std::nullopt;
}

std::vector<chain_entrance> entrances_of(const rule_chain& chain) {
  std::vector<chain_entrance> all;
  for (std::uint32_t i = 0; i < chain.nodes.size(); ++i) {
    if (const auto target = entered_chain(chain.nodes[i])) {
      all.push_back({i, *target});
    }
  }
  return all;
}

result<void> check_entrances(const std::map<rule_chain_id, rule_chain>& all,
                             const rule_chain_id& from) {
  const auto targets = [&](const rule_chain_id& id) {
    std::vector<rule_chain_id> found;
    if (const auto chain = all.find(id); chain != all.end()) {
      for (const auto& one : entrances_of(chain->second)) {
        found.push_back(one.target);
      }
    }
    return found;
  };
  result<void> good;
  walk_finds_cycle(from, targets, [&](const rule_chain_id& last, const rule_chain_id& again) {
    const auto& chain = all.at(last);
    for (const auto& one : entrances_of(chain)) {
      if (one.target == again) {
        good = fail(error_code::invalid, shown(chain, one.node) + " of rule chain '" + chain.name +
                                             "': 'ruleChainId' leads back to rule chain '" +
                                             all.at(again).name + "'");
      }
    }
  });
  return good;
}

} // namespace muster
