#include "actors/rules/chains/chain_sources.hpp"

#include <nlohmann/json.hpp>

namespace muster {

std::vector<device_id> actors_of_sources(const rule_chain& chain) {
  std::vector<device_id> found;
  for (const auto& node : chain.nodes) {
    if (!node.type.ends_with("debug.TbMsgGeneratorNode")) {
      continue;
    }
    const auto members = nlohmann::json::parse(node.configuration.text, nullptr, false);
    if (members.is_object() && members.value("originatorType", nlohmann::json()) != "DEVICE") {
      found.push_back({chain.tenant.value});
      continue;
    }
    const auto id = members.is_object() ? members.find("originatorId") : members.end();
    if (id != members.end() && id->is_string()) {
      if (const auto read = parse_uuid(id->get<std::string>())) {
        found.push_back({*read});
      }
    }
  }
  return found;
}

} // namespace muster
