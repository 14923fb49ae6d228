#pragma once

#include "actors/model/error.hpp"
#include "actors/model/rule_chain.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace muster {

/// A node that sends its messages through another chain.
struct chain_entrance {
  /// A place in the chain's nodes.
  std::uint32_t node = 0;
  rule_chain_id target;
};

/// The chain that the node enters; nullopt: it enters none, or names none.
std::optional<rule_chain_id> entered_chain(const rule_node& node);

/// The entrances of the chain; those that name no chain are left out.
std::vector<chain_entrance> entrances_of(const rule_chain& chain);

/// That no chain can be entered again out of itself. `all` has the chains that can be reached from
/// `from`, and itself; what it lacks leads nowhere. Error: invalid, with the chain and the node.
result<void> check_entrances(const std::map<rule_chain_id, rule_chain>& all,
                             const rule_chain_id& from);

} // namespace muster
