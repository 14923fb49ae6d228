#include "actors/cluster/membership/planning.hpp"

#include "actors/cluster/membership/placement.hpp"

#include <algorithm>
#include <vector>

namespace muster {

namespace {

using persistence::cluster_view;
using persistence::member;
using persistence::member_status;
using persistence::node_ref;

constexpr std::size_t most_on_the_way = shard_count / 10;

/// Those that shards can be given to, in order.
std::vector<node_ref> candidates_of(const cluster_view& view, const node_ref& self,
                                    const membership_options& options) {
  std::vector<node_ref> found;
  for (const auto& one : view.members) {
    const bool here = one.node == self || one.heartbeat_age < options.heartbeat_fresh;
    if (one.status == member_status::alive && here) {
      found.push_back(one.node);
    }
  }
  std::ranges::sort(found);
  return found;
}

bool owns_any(const cluster_view& view, const node_ref& node) {
  return std::ranges::any_of(view.shards, [&](const auto& row) { return row.owner == node; });
}

} // namespace

std::optional<persistence::shard_targets> plan_of(const cluster_view& view, const node_ref& self,
                                                  const membership_options& options,
                                                  const heard_peer& heard) {
  auto candidates = candidates_of(view, self, options);
  if (candidates.empty() || candidates.front() != self) {
    return std::nullopt;
  }
  std::erase_if(candidates, [&](const node_ref& node) {
    return node != self && !owns_any(view, node) && !heard(node);
  });
  const auto is_candidate = [&](const node_ref& node) {
    return std::ranges::binary_search(candidates, node);
  };
  // Alive, but not heard of for seconds: it is given nothing, and keeps what it has until it is
  // declared dead.
  const auto keeps = [&](const node_ref& node) {
    return std::ranges::any_of(view.members, [&](const member& one) {
      return one.node == node && one.status == member_status::alive;
    });
  };
  persistence::shard_targets before;
  persistence::shard_targets holders;
  std::size_t on_the_way = 0;
  for (std::size_t i = 0; i < view.shards.size(); ++i) {
    const auto& row = view.shards[i];
    before[i] = row.target;
    if (is_candidate(row.target)) {
      holders[i] = row.target;
      on_the_way += row.owner != row.target && is_candidate(row.owner) ? 1 : 0;
    } else if (keeps(row.owner)) {
      holders[i] = row.owner;
    }
  }
  auto after = place(holders, candidates, most_on_the_way - std::min(on_the_way, most_on_the_way));
  if (after == before) {
    return std::nullopt;
  }
  return after;
}

} // namespace muster
