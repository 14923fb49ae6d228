#pragma once

#include "actors/device/device_actor.hpp"
#include "actors/device/device_host.hpp"

#include <algorithm>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace muster {

/// A slot with the actor that works for it and its place in the shard.
struct resident final : device_slot {
  device_actor actor;
  std::list<resident*>::iterator place;
};

/// One shard of the table, under its own lock.
struct device_table {
  mutable std::mutex lock;
  std::unordered_map<device_id, std::unique_ptr<resident>> residents;
  /// In the order of their last use, least recent first.
  std::list<resident*> by_use;
  /// No resident device wants a `wake` before this steady time.
  milliseconds next_wake = never;
  /// No device that is not resident wants to be awake before this wall time.
  timestamp due_head = INT64_MIN;
  bool reading_due = false;
  std::uint64_t commands = 0;
  std::uint64_t activations = 0;
  std::uint64_t passivations = 0;

  /// Null: not resident. The lock is held.
  resident* find(const device_id& device) noexcept {
    const auto found = residents.find(device);
    return found == residents.end() ? nullptr : found->second.get();
  }

  /// The slot was used now. The lock is held.
  void touch(resident& slot, milliseconds now) noexcept {
    slot.touched = now;
    by_use.splice(by_use.end(), by_use, slot.place);
  }

  /// A device left that is to be awake at `due`. The lock is held.
  void left(std::optional<timestamp> due) noexcept {
    if (due) {
      due_head = std::min(due_head, *due);
    }
    ++passivations;
  }
};

} // namespace muster
