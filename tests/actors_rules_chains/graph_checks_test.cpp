#include "actors/rules/chains/chain_entrances.hpp"
#include "actors/rules/chains/graph_checks.hpp"
#include "tests/actors_rules_chains/chains.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

namespace muster::test {

namespace {

std::string fault_of(const rule_chain& chain) {
  const auto checked = check_graph(chain);
  return checked ? "" : checked.error().message;
}

std::vector<std::pair<std::size_t, std::size_t>> any_steps(std::size_t count) {
  const auto place = rc::gen::inRange<std::size_t>(0, count);
  return *rc::gen::container<std::vector<std::pair<std::size_t, std::size_t>>>(
      rc::gen::pair(place, place));
}

} // namespace

TEST_CASE("what is wrong with a graph is told with the node and the member") {
  auto chain = chain_of(2);
  CHECK(fault_of(chain).empty());
  chain.nodes[1].name = " ";
  CHECK(fault_of(chain) == "Node 1: 'name' must not be blank");
  chain = chain_of(2);
  chain.nodes[1].type.clear();
  CHECK(fault_of(chain) == "Node 1 '1': 'type' must not be blank");
  chain = chain_of(2);
  chain.first_node = 2;
  CHECK(fault_of(chain) == "'firstNodeIndex' is 2, but there are 2 nodes");
  chain.first_node = 1;
  CHECK(fault_of(chain).empty());
  chain.connections = {{2, 0, "Success"}};
  CHECK(fault_of(chain) == "Connection 0: 'fromIndex' is 2, but there are 2 nodes");
  chain.connections = {{0, 1, "Success"}, {0, 2, "Success"}};
  CHECK(fault_of(chain) == "Connection 1: 'toIndex' is 2, but there are 2 nodes");
  chain.connections = {{0, 1, ""}};
  CHECK(fault_of(chain) == "Node 0 '0': 'type' of a connection must not be blank");
  chain.connections = {{1, 1, "Success"}};
  CHECK(fault_of(chain) == "Node 1 '1' is connected to itself");
  chain.connections = {{0, 1, "Success"}, {1, 0, "Failure"}};
  CHECK(fault_of(chain) == "Node 0 '0' leads back to node 1 '1'");
}

TEST_CASE("a graph is refused when and only when a node reaches itself") {
  CHECK(rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 7);
    auto chain = chain_of(count);
    const auto steps = any_steps(count);
    for (const auto& [from, to] : steps) {
      chain.connections.push_back(
          {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to), "Success"});
    }
    const auto reached = reach(count, steps);
    bool circles = false;
    for (std::size_t i = 0; i < count; ++i) {
      circles = circles || reached[i][i];
    }
    RC_ASSERT(check_graph(chain).has_value() == !circles);
  }));
}

TEST_CASE("a long chain is checked without a deep stack") {
  constexpr std::uint32_t length = 200'000;
  auto chain = chain_of(1);
  chain.nodes.resize(length, chain.nodes.front());
  for (std::uint32_t i = 0; i + 1 < length; ++i) {
    chain.connections.push_back({i, i + 1, "Success"});
  }
  CHECK(check_graph(chain).has_value());
  chain.connections.push_back({length - 1, 0, "Success"});
  CHECK_FALSE(check_graph(chain).has_value());
}

TEST_CASE("chains are refused when and only when one is entered again out of itself") {
  CHECK(rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 6);
    const auto steps = any_steps(count);
    std::map<rule_chain_id, rule_chain> all;
    for (std::size_t i = 0; i < count; ++i) {
      auto chain = chain_of(1);
      chain.id = numbered_chain(i);
      all[chain.id] = chain;
    }
    for (const auto& [from, to] : steps) {
      all[numbered_chain(from)].nodes.push_back(entering(to));
    }
    const auto reached = reach(count, steps);
    bool circles = reached[0][0];
    for (std::size_t i = 0; i < count; ++i) {
      circles = circles || (reached[0][i] && reached[i][i]);
    }
    RC_ASSERT(check_entrances(all, numbered_chain(0)).has_value() == !circles);
  }));
}

TEST_CASE("which node leads back into a chain is told") {
  std::map<rule_chain_id, rule_chain> all;
  for (const std::size_t number : {0, 1}) {
    auto chain = chain_of(1);
    chain.id = numbered_chain(number);
    chain.name = number == 0 ? "Root" : "Pumps";
    chain.nodes.push_back(entering(1 - number));
    all[chain.id] = chain;
  }
  const auto refused = check_entrances(all, numbered_chain(0));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == error_code::invalid);
  CHECK(refused.error().message == "Node 1 'To 0' of rule chain 'Pumps': 'ruleChainId' leads back "
                                   "to rule chain 'Root'");
  // A chain that is not there leads nowhere.
  all.erase(numbered_chain(1));
  CHECK(check_entrances(all, numbered_chain(0)).has_value());
}

} // namespace muster::test
