#include "actors/cluster/ownership/shard_map.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

std::size_t index(shard_id shard) noexcept {
  return static_cast<std::size_t>(shard);
}

bool own(const shard_holder& holder) noexcept {
  return std::holds_alternative<own_shard>(holder);
}

} // namespace

shard_holder shard_map::owner_of(shard_id shard) const {
  std::shared_lock guard(mutex_);
  return holders_[index(shard)];
}

void shard_map::on_change(std::function<void()> changed) {
  listeners_.push_back(std::move(changed));
}

void shard_map::replace(std::array<shard_holder, shard_count> holders) {
  // Only this thread writes, so it may compare before it locks readers out.
  if (holders == holders_) {
    return;
  }
  const auto served = static_cast<std::size_t>(std::ranges::count_if(holders, own));
  {
    std::unique_lock guard(mutex_);
    holders_ = std::move(holders);
    served_.store(served, std::memory_order_relaxed);
    version_.fetch_add(1, std::memory_order_release);
  }
  for (const auto& changed : listeners_) {
    changed();
  }
}

} // namespace muster
