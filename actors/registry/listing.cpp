#include "actors/registry/listing.hpp"

#include "actors/registry/registry_state.hpp"

namespace muster {

std::vector<resident_facts> registry::state::residents() const {
  const milliseconds now = needs_.clock.now().steady;
  std::vector<resident_facts> all;
  all.reserve(resident_count_.load(std::memory_order_relaxed));
  for (const auto& table : tables_) {
    const std::lock_guard guard(table.lock);
    for (const auto& [id, slot] : table.residents) {
      all.push_back({id, slot->commands, slot->busy.load(std::memory_order_relaxed),
                     slot->bytes.load(std::memory_order_relaxed), slot->queued.load(),
                     slot->outstanding.load(), slot->pinned.load(std::memory_order_relaxed),
                     slot->has_rpcs.load(std::memory_order_relaxed), now - slot->touched});
    }
  }
  return all;
}

void registry::state::measure_devices(std::span<const device_id> which) {
  for (const auto& device : which) {
    resident* slot = nullptr;
    {
      device_table& table = table_of(device);
      const std::lock_guard guard(table.lock);
      slot = stopped_.load(std::memory_order_relaxed) ? nullptr : table.find(device);
      if (slot != nullptr) {
        slot->work.fetch_add(1);
      }
    }
    // It is no use of the device: nothing leaves memory later for being looked at.
    if (slot != nullptr) {
      post(*slot, measure{});
    }
  }
}

std::vector<shard_facts> registry::state::shards() const {
  std::vector<shard_facts> all;
  for (std::uint16_t shard = 0; shard < shard_count; ++shard) {
    const auto& table = tables_[shard];
    const std::lock_guard guard(table.lock);
    all.push_back({static_cast<shard_id>(shard), table.service == shard_service::served,
                   table.service == shard_service::draining, table.epoch, table.residents.size(),
                   table.commands, table.activations, table.passivations, table.held.size()});
  }
  return all;
}

std::vector<resident_facts> registry::residents() const {
  return state_->residents();
}

std::vector<shard_facts> registry::shards() const {
  return state_->shards();
}

void registry::measure_devices(std::span<const device_id> which) {
  state_->measure_devices(which);
}

void registry::take_times(bool on) noexcept {
  state_->counts().timed.store(on, std::memory_order_relaxed);
}

} // namespace muster
