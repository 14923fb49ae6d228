#pragma once

#include "actors/model/shard.hpp"
#include "persistence/cluster/node_ref.hpp"
#include "persistence/store/shard_epoch.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <variant>
#include <vector>

namespace muster {

using persistence::node_ref;
using persistence::shard_epoch;

/// Nobody serves the shard as far as is known: released, its owner dead, or its new owner (perhaps
/// this node) not ready yet.
struct no_owner {
  friend bool operator==(const no_owner&, const no_owner&) = default;
};

/// This node serves the shard.
struct own_shard {
  shard_epoch epoch{};

  friend bool operator==(const own_shard&, const own_shard&) = default;
};

struct other_owner {
  node_ref node;
  shard_epoch epoch{};
  /// `host:port` of its gateway.
  std::string address;

  friend bool operator==(const other_owner&, const other_owner&) = default;
};

using shard_holder = std::variant<no_owner, own_shard, other_owner>;

/// Where each shard is served, as far as this node knows: a hint for all but own shards, whose
/// writes are fenced by the store anyway. Filled by `ownership`, read by all that routes.
/// Thread-safe.
class shard_map {
public:
  shard_holder owner_of(shard_id shard) const;

  /// Grows with each change.
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_acquire); }

  /// Calls `changed` after each change, on the thread that made it, without a lock of the map;
  /// must not block. For the map's whole life: before it is filled.
  void on_change(std::function<void()> changed);

  /// How many shards this node serves.
  std::size_t served() const noexcept { return served_.load(std::memory_order_relaxed); }

  /// Replaces everything; one thread only. Nobody is told when nothing is new.
  void replace(std::array<shard_holder, shard_count> holders);

private:
  mutable std::shared_mutex mutex_;
  std::array<shard_holder, shard_count> holders_{};
  std::atomic<std::uint64_t> version_ = 0;
  std::atomic<std::size_t> served_ = 0;
  std::vector<std::function<void()>> listeners_;
};

} // namespace muster
