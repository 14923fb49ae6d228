#pragma once

#include "actors/model/rule_chain.hpp"
#include "actors/rules/chains/node_classes.hpp"

#include <string>
#include <utility>
#include <vector>

namespace muster::test {

/// A chain of so many nodes "0", "1", ... that let messages pass.
inline rule_chain chain_of(std::size_t nodes) {
  rule_chain chain;
  chain.name = "Chain";
  for (std::size_t i = 0; i < nodes; ++i) {
    rule_node node;
    node.id = rule_node_id{uuid{{static_cast<std::uint8_t>(i + 1)}}};
    node.name = std::to_string(i);
    node.type = std::string(node_class_package) + "flow.TbAckNode";
    chain.nodes.push_back(std::move(node));
  }
  return chain;
}

inline rule_chain_id numbered_chain(std::size_t number) {
  return rule_chain_id{uuid{{9, static_cast<std::uint8_t>(number)}}};
}

/// A node that enters the chain.
inline rule_node entering(std::size_t number) {
  rule_node node;
  node.name = "To " + std::to_string(number);
  node.type = chain_input_node;
  node.configuration_version = 1;
  node.configuration.text = R"({"ruleChainId":")" + to_string(numbered_chain(number)) +
                            R"(","forwardMsgToDefaultRuleChain":false})";
  return node;
}

/// Which of `count` things can be reached from which, told by looking at all ways.
inline std::vector<std::vector<bool>>
reach(std::size_t count, const std::vector<std::pair<std::size_t, std::size_t>>& steps) {
  std::vector<std::vector<bool>> all(count, std::vector<bool>(count));
  for (const auto& [from, to] : steps) {
    all[from][to] = true;
  }
  for (std::size_t by = 0; by < count; ++by) {
    for (std::size_t from = 0; from < count; ++from) {
      for (std::size_t to = 0; to < count; ++to) {
        all[from][to] = all[from][to] || (all[from][by] && all[by][to]);
      }
    }
  }
  return all;
}

} // namespace muster::test
