#pragma once

#include "actors/cluster/routing/routed.hpp"
#include "actors/cluster/routing/router.hpp"

#include <array>
#include <functional>
#include <vector>

namespace muster {

/// Commands that wait for their shard's owner, in the order in which they came. Bounded by number
/// and bytes. Not thread-safe.
class waiting_room {
public:
  explicit waiting_room(const router_limits& limits) : limits_(limits) {}

  /// False when it is full; `what` is left as it was then.
  bool add(routed& what);

  /// Takes all of which `may_leave` says so; it is asked with the shard's commands only where there
  /// are any.
  std::vector<routed> take(const std::function<bool(const routed&)>& may_leave);
  /// Takes the poll of that name.
  std::optional<routed> take(shard_id shard, poll_id poll);

  std::size_t size() const { return count_; }

private:
  void count_out(const routed& gone);

  const router_limits limits_;
  std::array<std::vector<routed>, shard_count> by_shard_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

} // namespace muster
