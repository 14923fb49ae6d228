#include "actors/rules/chains/chain_reader.hpp"

#include "actors/rules/chains/member_access.hpp"
#include "actors/rules/chains/node_classes.hpp"
#include "actors/rules/chains/node_upgrades.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace muster {

namespace {

using maybe_fault = std::optional<error>;

rule_node_debug read_debug(member_access& node, maybe_fault& fault, const std::string& where) {
  rule_node_debug debug;
  if (const auto* const settings = node.object("debugSettings")) {
    member_access from(*settings, where + "debugSettings: ", fault);
    debug.failures_enabled = from.flag("failuresEnabled").value_or(false);
    debug.all_enabled = from.flag("allEnabled").value_or(false);
    debug.all_enabled_until = from.number("allEnabledUntil").value_or(0);
  } else if (node.flag("debugMode").value_or(false)) {
    // So older exports say it.
    debug.failures_enabled = true;
    debug.all_enabled = true;
  }
  return debug;
}

rule_node read_node(const chain_json& from, std::size_t place, maybe_fault& fault) {
  const std::string where = "Node " + std::to_string(place) + ": ";
  member_access members(from, where, fault);
  rule_node node;
  node.id = {members.id("id").value_or(uuid{})};
  node.type = members.text("type").value_or("");
  node.name = members.text("name").value_or("");
  node.configuration_version = members.place("configurationVersion").value_or(0);
  node.singleton_mode = members.flag("singletonMode").value_or(false);
  node.queue_name = members.text("queueName").value_or("");
  node.configuration = members.document("configuration", "{}");
  node.additional_info = members.document("additionalInfo", "null");
  node.debug = read_debug(members, fault, where);
  upgrade(node);
  return node;
}

rule_connection read_connection(const chain_json& from, std::size_t place, const char* target,
                                maybe_fault& fault) {
  member_access members(from, "Connection " + std::to_string(place) + ": ", fault);
  rule_connection one;
  const auto start = members.place("fromIndex");
  const auto end = target == nullptr ? std::optional<std::uint32_t>(0) : members.place(target);
  if (!start || !end) {
    members.refuse(std::string("'") + (start ? target : "fromIndex") + "' is missing");
    return one;
  }
  one.from = *start;
  one.to = *end;
  one.type = members.text("type").value_or("");
  return one;
}

/// The node that an older export's connection to another chain stands for.
rule_node entrance_node(const chain_json& from, const uuid& target) {
  rule_node node;
  node.type = chain_input_node;
  node.name = "Rule Chain Input";
  node.configuration_version = find_node_class(node.type)->version;
  node.configuration.text = chain_json{
      {"ruleChainId", to_string(target)},
      {"forwardMsgToDefaultRuleChain",
       false}}.dump();
  auto layout = from.value("additionalInfo", chain_json());
  if (layout.is_object()) {
    layout.erase("description");
    layout.erase("ruleChainNodeId");
    node.additional_info.text = layout.dump();
  }
  return node;
}

void read_entrances(const chain_json& list, chain_metadata& into, maybe_fault& fault) {
  std::vector<std::pair<uuid, std::uint32_t>> made;
  for (std::size_t i = 0; i < list.size(); ++i) {
    member_access members(list[i], "Connection " + std::to_string(i) + " to a rule chain: ", fault);
    const auto target = members.id("targetRuleChainId");
    if (!target) {
      members.refuse("'targetRuleChainId' is missing");
      return;
    }
    auto one = read_connection(list[i], i, nullptr, fault);
    const auto known = std::ranges::find(made, *target, &decltype(made)::value_type::first);
    if (known == made.end()) {
      one.to = static_cast<std::uint32_t>(into.nodes.size());
      made.emplace_back(*target, one.to);
      into.nodes.push_back(entrance_node(list[i], *target));
    } else {
      one.to = known->second;
    }
    into.connections.push_back(std::move(one));
  }
}

void put_in_order(std::vector<rule_connection>& all) {
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

chain_metadata metadata_of(const chain_json& document, const std::string& where,
                           maybe_fault& fault) {
  member_access members(document, where, fault);
  chain_metadata read;
  read.chain = {members.id("ruleChainId").value_or(uuid{})};
  if (const auto version = members.number("version")) {
    read.version = static_cast<std::uint64_t>(*version);
  }
  read.first_node = members.place("firstNodeIndex");
  const auto& nodes = members.list("nodes");
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    read.nodes.push_back(read_node(nodes[i], i, fault));
  }
  const auto& connections = members.list("connections");
  for (std::size_t i = 0; i < connections.size(); ++i) {
    read.connections.push_back(read_connection(connections[i], i, "toIndex", fault));
  }
  read_entrances(members.list("ruleChainConnections"), read, fault);
  put_in_order(read.connections);
  return read;
}

chain_head head_of(const chain_json& document, const std::string& where, maybe_fault& fault) {
  member_access members(document, where, fault);
  chain_head read;
  if (const auto id = members.id("id")) {
    read.id = rule_chain_id{*id};
    read.chain.id = *read.id;
  }
  if (const auto version = members.number("version")) {
    read.version = static_cast<std::uint64_t>(*version);
  }
  read.chain.name = members.text("name").value_or("");
  read.chain.root = members.flag("root").value_or(false);
  read.chain.debug_mode = members.flag("debugMode").value_or(false);
  read.chain.configuration = members.document("configuration", "null");
  read.chain.additional_info = members.document("additionalInfo", "null");
  if (const auto type = members.text("type"); type && *type != "CORE") {
    members.refuse("'type' must be CORE");
  }
  return read;
}

template <class Read>
auto read_whole(std::string_view json, Read read)
    -> result<decltype(read(chain_json(), std::declval<maybe_fault&>()))> {
  const auto document = chain_json::parse(json, nullptr, false);
  if (document.is_discarded()) {
    return fail(error_code::malformed, "The rule chain is not JSON");
  }
  maybe_fault fault;
  auto made = read(document, fault);
  if (fault) {
    return tl::unexpected(std::move(*fault));
  }
  return made;
}

std::vector<rule_chain> chains_of(const chain_json& document, maybe_fault& fault) {
  member_access members(document, "", fault);
  std::vector<rule_chain> all;
  const auto& heads = members.list("ruleChains");
  for (std::size_t i = 0; i < heads.size(); ++i) {
    all.push_back(
        std::move(head_of(heads[i], "Rule chain " + std::to_string(i) + ": ", fault).chain));
  }
  const auto& graphs = members.list("metadata");
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    auto graph = metadata_of(graphs[i], "Metadata " + std::to_string(i) + ": ", fault);
    const auto chain = std::ranges::find(all, graph.chain, &rule_chain::id);
    if (chain == all.end()) {
      members.refuse("Metadata " + std::to_string(i) +
                     ": 'ruleChainId' is that of no rule chain of the file");
      break;
    }
    chain->first_node = graph.first_node;
    chain->nodes = std::move(graph.nodes);
    chain->connections = std::move(graph.connections);
  }
  return all;
}

} // namespace

result<chain_head> read_chain_head(std::string_view json) {
  return read_whole(json, [](const chain_json& document, maybe_fault& fault) {
    return head_of(document, "", fault);
  });
}

result<chain_metadata> read_chain_metadata(std::string_view json) {
  return read_whole(json, [](const chain_json& document, maybe_fault& fault) {
    return metadata_of(document, "", fault);
  });
}

result<std::vector<rule_chain>> read_chain_file(std::string_view json) {
  return read_whole(json, chains_of);
}

} // namespace muster
