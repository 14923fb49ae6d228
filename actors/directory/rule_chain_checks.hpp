#pragma once

#include "actors/directory/checks.hpp"
#include "actors/model/rule_chain.hpp"
#include "persistence/store/precondition.hpp"

#include <vector>

namespace muster {

// What the parts of the directory that change rule chains have in common.

inline constexpr const char* rule_chain_kind = "Rule chain";

/// Of a change that was made from what is there.
inline persistence::precondition is_still(const rule_chain& chain) {
  return {persistence::rule_chain_is{chain.id, chain.version}, changed_by_others(rule_chain_kind)};
}

/// How long a node shows all that passes it, once it was told to.
inline constexpr milliseconds debugging_lasts = 15 * 60 * 1'000;

inline void end_debugging(std::vector<rule_node>& nodes, timestamp now) {
  for (auto& node : nodes) {
    if (node.debug.all_enabled) {
      node.debug.all_enabled = false;
      node.debug.all_enabled_until = now + debugging_lasts;
    } else if (node.debug.all_enabled_until <= now) {
      node.debug.all_enabled_until = 0;
    }
  }
}

} // namespace muster
