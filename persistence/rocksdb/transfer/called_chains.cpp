#include "persistence/rocksdb/transfer/called_chains.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace muster::persistence {

namespace {

/// As `actors/rules` runs it.
constexpr std::string_view calling_node = "org.thingsboard.rule.engine.flow.TbRuleChainInputNode";
constexpr const char* called = "ruleChainId";

} // namespace

void visit_called_chains(rule_chain& chain, const std::function<void(uuid&)>& visit) {
  for (auto& node : chain.nodes) {
    if (node.type != calling_node) {
      continue;
    }
    auto members = nlohmann::ordered_json::parse(node.configuration.text, nullptr, false);
    if (!members.is_object() || !members.contains(called) || !members[called].is_string()) {
      continue;
    }
    const auto named = parse_uuid(members[called].get_ref<const std::string&>());
    if (!named) {
      continue;
    }
    uuid id = *named;
    visit(id);
    if (id != *named) {
      members[called] = to_string(id);
      node.configuration.text = members.dump();
    }
  }
}

} // namespace muster::persistence
