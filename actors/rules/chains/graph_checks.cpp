#include "actors/rules/chains/graph_checks.hpp"

#include "actors/rules/chains/cycle_walk.hpp"

namespace muster {

namespace {

bool is_blank_name(const std::string& name) {
  return name.find_first_not_of(" \t\r\n\f\v") == std::string::npos;
}

result<void> check_nodes(const rule_chain& chain) {
  for (std::size_t i = 0; i < chain.nodes.size(); ++i) {
    if (is_blank_name(chain.nodes[i].name)) {
      return fail(error_code::invalid, "Node " + std::to_string(i) + ": 'name' must not be blank");
    }
    if (is_blank_name(chain.nodes[i].type)) {
      return fail(error_code::invalid, shown(chain, i) + ": 'type' must not be blank");
    }
  }
  if (chain.first_node && *chain.first_node >= chain.nodes.size()) {
    return fail(error_code::invalid, "'firstNodeIndex' is " + std::to_string(*chain.first_node) +
                                         ", but there are " + std::to_string(chain.nodes.size()) +
                                         " nodes");
  }
  return {};
}

result<void> check_connections(const rule_chain& chain) {
  for (std::size_t i = 0; i < chain.connections.size(); ++i) {
    const auto& one = chain.connections[i];
    const auto outside = [&](std::uint32_t place, const char* member) {
      return fail(error_code::invalid, "Connection " + std::to_string(i) + ": '" + member +
                                           "' is " + std::to_string(place) + ", but there are " +
                                           std::to_string(chain.nodes.size()) + " nodes");
    };
    if (one.from >= chain.nodes.size()) {
      return outside(one.from, "fromIndex");
    }
    if (one.to >= chain.nodes.size()) {
      return outside(one.to, "toIndex");
    }
    if (is_blank_name(one.type)) {
      return fail(error_code::invalid,
                  shown(chain, one.from) + ": 'type' of a connection must not be blank");
    }
    if (one.from == one.to) {
      return fail(error_code::invalid, shown(chain, one.from) + " is connected to itself");
    }
  }
  return {};
}

result<void> check_ways(const rule_chain& chain) {
  std::vector<std::vector<std::uint32_t>> targets(chain.nodes.size());
  for (const auto& one : chain.connections) {
    targets[one.from].push_back(one.to);
  }
  // One walk over all: from a place before the first node.
  const auto before = static_cast<std::uint32_t>(chain.nodes.size());
  std::vector<std::uint32_t> all(chain.nodes.size());
  for (std::uint32_t i = 0; i < before; ++i) {
    all[i] = i;
  }
  result<void> good;
  walk_finds_cycle(
      before, [&](std::uint32_t from) { return from == before ? all : targets[from]; },
      [&](std::uint32_t from, std::uint32_t to) {
        good =
            fail(error_code::invalid, shown(chain, from) + " leads back to node " +
                                          std::to_string(to) + " '" + chain.nodes[to].name + "'");
      });
  return good;
}

} // namespace

std::string shown(const rule_chain& chain, std::size_t node) {
  return "Node " + std::to_string(node) + " '" + chain.nodes[node].name + "'";
}

result<void> check_graph(const rule_chain& chain) {
  return check_nodes(chain).and_then([&] { return check_connections(chain); }).and_then([&] {
    return check_ways(chain);
  });
}

} // namespace muster
