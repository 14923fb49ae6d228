#pragma once

#include "actors/cluster/membership/options.hpp"
#include "persistence/cluster/cluster_table.hpp"

#include <string>
#include <utility>
#include <vector>

namespace muster::test {

inline const membership_options times;

inline persistence::node_ref node(int number, std::uint64_t generation = 1) {
  return {"n" + std::to_string(number), generation};
}

/// A member that has just renewed.
inline persistence::member
live_member(int number, persistence::member_status status = persistence::member_status::alive) {
  return {node(number), "host" + std::to_string(number) + ":1", status, 0, 100, {}};
}

/// Of `count` live members, n0 and so on, with all shards spread over them in turn.
inline persistence::cluster_view view_of(int count) {
  persistence::cluster_view view;
  view.version = 7;
  for (int i = 0; i < count; ++i) {
    view.members.push_back(live_member(i));
  }
  for (std::size_t i = 0; i < view.shards.size(); ++i) {
    const auto owner = node(static_cast<int>(i) % count);
    view.shards[i] = {persistence::shard_epoch{3}, 10, owner, owner};
  }
  return view;
}

} // namespace muster::test
