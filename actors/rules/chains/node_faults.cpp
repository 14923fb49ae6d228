#include "actors/rules/chains/node_faults.hpp"

#include "actors/rules/chains/chain_entrances.hpp"
#include "actors/rules/chains/node_classes.hpp"
#include "actors/rules/engine/rule_chains.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace muster {

std::optional<std::string> why_inactive(const rule_node& node) {
  const auto* const known = find_node_class(node.type);
  if (known == nullptr) {
    return "'type' names an unknown class";
  }
  const auto members = nlohmann::json::parse(node.configuration.text, nullptr, false);
  if (!members.is_object()) {
    return "'configuration' must be an object";
  }
  if (node.configuration_version < known->version) {
    return "'configuration' is of version " + std::to_string(node.configuration_version) +
           " and lacks what version " + std::to_string(known->version) + " is made of";
  }
  const bool to_default =
      members.value("forwardMsgToDefaultRuleChain", nlohmann::json()) == nlohmann::json(true);
  if (node.type == chain_input_node && !entered_chain(node) && !to_default) {
    return "'ruleChainId' must name a rule chain";
  }
  return std::nullopt;
}

namespace {

/// What the script of a node that could be made says when it is compiled; empty: it compiles.
std::string script_fault(const ready_node& node, script_engine& scripts) {
  const script* own = node.node != nullptr ? node.node->own_script() : nullptr;
  const auto compiles = own != nullptr ? scripts.check(own->source()) : result<void>{};
  return compiles ? std::string() : compiles.error().message;
}

} // namespace

std::vector<std::string> node_faults(const rule_chain& chain, script_engine& scripts) {
  const auto ready = make_ready(chain, scripts);
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < chain.nodes.size(); ++i) {
    std::string fault = why_inactive(chain.nodes[i]).value_or(ready->nodes[i].broken);
    faults.push_back(fault.empty() ? script_fault(ready->nodes[i], scripts) : std::move(fault));
  }
  return faults;
}

} // namespace muster
