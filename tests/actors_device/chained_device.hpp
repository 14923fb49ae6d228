#pragma once

#include "actors/rules/engine/rule_chains.hpp"
#include "tests/actors_device/device_bench.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace muster::test {

/// A device whose messages enter a chain.
struct chained_device {
  void node(std::string_view short_name, std::string configuration = "{}") {
    rule_node made;
    made.id = rule_node_id{random_uuid()};
    made.type = "org.thingsboard.rule.engine." + std::string(short_name);
    made.configuration.text = std::move(configuration);
    chain.nodes.push_back(std::move(made));
  }

  void connect(std::uint32_t from, std::string relation, std::uint32_t to) {
    chain.connections.push_back({from, to, std::move(relation)});
  }

  /// The chain as it is now holds.
  void use() {
    chain.id = rule_chain_id{random_uuid()};
    chain.first_node = 0;
    auto all = std::make_shared<rule_chains>();
    all->scripts = &scripts;
    all->root = chain.id;
    all->chains[chain.id] = make_ready(chain, scripts);
    device_rules rules;
    all->debugged = all->find(chain.id)->debugged;
    rules.entry = all->find(chain.id);
    rules.shortcuts = find_shortcuts(*rules.entry);
    rules.chains = std::move(all);
    entry.set(std::move(rules));
    bench.rules = &entry;
    bench.crash();
  }

  /// Keys of all telemetry that is stored.
  std::set<std::string> saved() {
    std::set<std::string> keys;
    const auto stored = bench.stored();
    for (const auto& one : stored.latest.values) {
      keys.insert(one.key);
    }
    for (const auto& row : stored.journal) {
      for (const auto& item : row.values) {
        keys.insert(item.key);
      }
    }
    return keys;
  }

  script_engine scripts;
  rule_chain chain;
  rules_entry entry;
  device_bench bench;
};

inline save_telemetry telemetry_of(std::string key, std::int64_t one) {
  return {{{std::nullopt, {{std::move(key), one}}}}};
}

} // namespace muster::test
