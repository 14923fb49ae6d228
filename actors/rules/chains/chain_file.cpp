#include "actors/rules/chains/chain_file.hpp"

#include "actors/rules/chains/chain_entrances.hpp"

#include <nlohmann/json.hpp>

namespace muster {

namespace {

using file_json = nlohmann::ordered_json;

/// True: something was replaced.
bool replace_tenants(file_json& in, const tenant_id& tenant) {
  if (in.is_object() && in.contains("id") && in.value("entityType", file_json()) == "TENANT") {
    in["id"] = to_string(tenant);
    return true;
  }
  bool replaced = false;
  if (in.is_structured()) {
    for (auto& inner : in) {
      replaced = replace_tenants(inner, tenant) || replaced;
    }
  }
  return replaced;
}

} // namespace

void settle(rule_chain& chain, const std::map<rule_chain_id, rule_chain_id>& own,
            const tenant_id& tenant) {
  for (auto& node : chain.nodes) {
    auto members = file_json::parse(node.configuration.text, nullptr, false);
    bool changed = replace_tenants(members, tenant);
    if (const auto target = entered_chain(node); target && own.contains(*target)) {
      members["ruleChainId"] = to_string(own.at(*target));
      changed = true;
    }
    if (changed) {
      node.configuration.text = members.dump();
    }
  }
}

} // namespace muster
