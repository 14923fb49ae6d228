#include "http/rest_api/rule_chain_json.hpp"

#include "actors/rules/chains/chain_entrances.hpp"
#include "http/rest_api/object_writer.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace muster::http::rest {

namespace {

constexpr std::string_view chain_type = "RULE_CHAIN";
constexpr std::string_view node_type = "RULE_NODE";

std::optional<rule_node_id> first_node_of(const rule_chain& chain) {
  return chain.first_node ? std::optional{chain.nodes[*chain.first_node].id} : std::nullopt;
}

std::string debug_json(const rule_node_debug& debug) {
  if (debug == rule_node_debug{}) {
    return "null";
  }
  std::string out;
  object_writer{out}
      .boolean("failuresEnabled", debug.failures_enabled)
      .boolean("allEnabled", debug.all_enabled)
      .number("allEnabledUntil", debug.all_enabled_until)
      .end();
  return out;
}

/// Behind its identifier, if it is shown.
void write_node(object_writer& to, const rule_node& node) {
  to.text("type", std::string_view{node.type})
      .text("name", std::string_view{node.name})
      .raw("debugSettings", debug_json(node.debug))
      .boolean("singletonMode", node.singleton_mode);
  if (node.queue_name.empty()) {
    to.raw("queueName", "null");
  } else {
    to.text("queueName", std::string_view{node.queue_name});
  }
  to.number("configurationVersion", node.configuration_version)
      .raw("configuration", node.configuration.text)
      .raw("additionalInfo", node.additional_info.text);
}

/// `[...]` of what `append_one(out, place)` writes.
template <class Append>
std::string list_json(std::size_t count, Append append_one) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i) {
    out += i == 0 ? "" : ",";
    append_one(out, i);
  }
  return out + "]";
}

void write_graph(object_writer& to, const rule_chain& chain, std::string_view nodes) {
  to.id("ruleChainId", chain_type, chain.id.value)
      .number("version", static_cast<std::int64_t>(chain.version));
  if (chain.first_node) {
    to.number("firstNodeIndex", *chain.first_node);
  } else {
    to.raw("firstNodeIndex", "null");
  }
  to.raw("nodes", nodes)
      .raw("connections", list_json(chain.connections.size(),
                                    [&](std::string& out, std::size_t i) {
                                      const auto& one = chain.connections[i];
                                      object_writer{out}
                                          .number("fromIndex", one.from)
                                          .number("toIndex", one.to)
                                          .text("type", std::string_view{one.type})
                                          .end();
                                    }))
      .raw("ruleChainConnections", "null")
      .end();
}

} // namespace

void append_rule_chain(std::string& out, const rule_chain& chain) {
  object_writer{out}
      .id("id", chain_type, chain.id.value)
      .number("createdTime", chain.created)
      .id("tenantId", "TENANT", chain.tenant.value)
      .text("name", std::string_view{chain.name})
      .text("type", std::string_view{"CORE"})
      .id("firstRuleNodeId", node_type, first_node_of(chain))
      .boolean("root", chain.root)
      .boolean("debugMode", chain.debug_mode)
      .raw("configuration", chain.configuration.text)
      .raw("additionalInfo", chain.additional_info.text)
      .raw("externalId", "null")
      .number("version", static_cast<std::int64_t>(chain.version))
      .end();
}

void append_rule_graph(std::string& out, const rule_graph& graph) {
  const auto& chain = graph.chain;
  const auto nodes = list_json(chain.nodes.size(), [&](std::string& text, std::size_t i) {
    const auto& node = chain.nodes[i];
    object_writer to{text};
    to.id("id", node_type, node.id.value)
        .number("createdTime", node.created)
        .id("ruleChainId", chain_type, chain.id.value);
    write_node(to, node);
    to.raw("externalId", "null");
    if (!graph.faults[i].empty()) {
      to.boolean("active", false).text("warning", std::string_view{graph.faults[i]});
    }
    to.end();
  });
  object_writer to{out};
  write_graph(to, chain, nodes);
}

void append_filed_graph(std::string& out, const rule_chain& chain) {
  const auto nodes = list_json(chain.nodes.size(), [&](std::string& text, std::size_t i) {
    object_writer to{text};
    write_node(to, chain.nodes[i]);
    to.end();
  });
  object_writer to{out};
  write_graph(to, chain, nodes);
}

std::string imported_json(const std::vector<imported_rule_chain>& chains) {
  return list_json(chains.size(), [&](std::string& out, std::size_t i) {
    object_writer to{out};
    to.id("ruleChainId", chain_type, chains[i].id.value)
        .text("ruleChainName", std::string_view{chains[i].name});
    if (chains[i].updated) {
      to.boolean("updated", true);
    }
    to.end();
  });
}

std::string label_usage_json(const std::vector<rule_chain>& callers, const rule_chain_id& of) {
  struct usage {
    const rule_chain* chain;
    const rule_node* node;
    std::set<std::string> labels;
  };
  std::vector<usage> all;
  for (const auto& chain : callers) {
    for (const auto& entrance : entrances_of(chain)) {
      usage one{&chain, &chain.nodes[entrance.node], {}};
      for (const auto& link : chain.connections) {
        if (link.from == entrance.node) {
          one.labels.insert(link.type);
        }
      }
      if (entrance.target == of && !one.labels.empty()) {
        all.push_back(std::move(one));
      }
    }
  }
  std::ranges::sort(all, {}, [](const usage& one) {
    return std::tie(one.chain->name, one.node->name, one.node->id);
  });
  return list_json(all.size(), [&](std::string& out, std::size_t i) {
    const std::vector<std::string> labels(all[i].labels.begin(), all[i].labels.end());
    object_writer{out}
        .id("ruleChainId", chain_type, all[i].chain->id.value)
        .id("ruleNodeId", node_type, all[i].node->id.value)
        .text("ruleChainName", std::string_view{all[i].chain->name})
        .text("ruleNodeName", std::string_view{all[i].node->name})
        .raw("labels",
             list_json(labels.size(), [&](std::string& text,
                                          std::size_t n) { json::append_string(text, labels[n]); }))
        .end();
  });
}

} // namespace muster::http::rest
