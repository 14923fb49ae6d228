#include "actors/inspection/chain_reports.hpp"

#include "actors/rules/engine/rule_chains.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace muster {

namespace {

using chain_json = nlohmann::ordered_json;

struct counted_chain {
  tenant_id tenant;
  std::shared_ptr<const rule_chains> all;
  const ready_chain* chain = nullptr;
  chain_figures figures;
};

chain_json describe_node(const ready_node& node, const node_figures& figures, instant now) {
  constexpr std::uint64_t nanoseconds = 1'000;
  chain_json out{{"id", to_string(node.id)}, {"name", node.name},
                 {"class", node.type},       {"messages", figures.messages},
                 {"errors", figures.errors}, {"microseconds", figures.nanoseconds / nanoseconds}};
  if (figures.last_error) {
    out["lastError"] = figures.last_error->why;
    out["lastErrorTime"] = figures.last_error->at;
    out["lastErrorOf"] = to_string(figures.last_error->originator.id);
  }
  if (!node.broken.empty()) {
    out["broken"] = node.broken;
  }
  const script* runs = node.node != nullptr ? node.node->own_script() : nullptr;
  if (const auto until = runs != nullptr ? runs->suspended_until(now) : std::nullopt) {
    out["suspendedFor"] = *until - now.steady;
  }
  return out;
}

chain_json shortcuts_of(const ready_chain& chain) {
  const auto found = find_shortcuts(chain);
  auto all = chain_json::array();
  const auto add = [&all](bool taken, const char* name) {
    if (taken) {
      all.push_back(name);
    }
  };
  add(found.telemetry, "telemetry");
  add(found.attributes, "attributes");
  add(found.rpc_to_device, "RPCs to the device");
  add(found.rpc_from_device, "RPCs of the device");
  add(found.events, "events");
  return all;
}

chain_json describe_chain(const counted_chain& one, instant now) {
  auto nodes = chain_json::array();
  std::uint64_t errors = 0;
  for (std::size_t at = 0; at < one.chain->nodes.size(); ++at) {
    errors += one.figures.nodes[at].errors;
    nodes.push_back(describe_node(one.chain->nodes[at], one.figures.nodes[at], now));
  }
  return {{"id", to_string(one.chain->id)},
          {"name", one.chain->name},
          {"tenant", to_string(one.tenant)},
          {"version", one.chain->version},
          {"root", one.all->root == one.chain->id},
          {"messages", one.figures.messages},
          {"errors", errors},
          {"shortcuts", shortcuts_of(*one.chain)},
          {"nodes", std::move(nodes)}};
}

} // namespace

nlohmann::ordered_json describe_chains(const rules_table& rules, const std::string& named,
                                       std::size_t most, instant now) {
  std::vector<counted_chain> found;
  for (const auto& [tenant, all] : rules.chains()) {
    for (const auto& [id, chain] : all->chains) {
      if (named.empty() || named == chain->name || named == to_string(id)) {
        found.push_back({tenant, all, chain.get(), chain->counts->read()});
      }
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.figures.messages > b.figures.messages;
  });
  const std::size_t total = found.size();
  found.resize(std::min(total, most));
  auto shown = chain_json::array();
  for (const auto& one : found) {
    shown.push_back(describe_chain(one, now));
  }
  return {{"total", total}, {"chains", std::move(shown)}};
}

} // namespace muster
