#pragma once

#include "actors/device/device_actor.hpp"
#include "actors/device/device_host.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster {

/// A slot with the actor that works for it and its place in the shard.
struct resident final : device_slot {
  device_actor actor;
  std::list<resident*>::iterator place;
};

/// Whether a shard's commands are carried out here.
enum class shard_service : std::uint8_t {
  /// Every command is answered wrong_owner.
  none,
  served,
  /// It is handed over: new commands are answered wrong_owner, what is queued is carried out.
  draining,
};

/// An answer that needs no commit and came when it was not sure that the shard is still ours.
struct held_answer {
  completion what;
  /// Steady time at which it is given up.
  milliseconds until = 0;
};

/// One shard of the table, under its own lock.
struct device_table {
  mutable std::mutex lock;
  shard_service service = shard_service::none;
  /// While served or draining.
  persistence::shard_epoch epoch{};
  /// While draining: called without the lock, once nothing of the shard is left.
  std::function<void()> drained;
  /// Of shards that were closed: slots whose actors have something under way still.
  std::list<std::unique_ptr<resident>> closing;
  std::vector<held_answer> held;
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

  /// Takes the slot out, wherever it is; null: it has been taken out. The lock is held.
  std::unique_ptr<resident> extract(const device_slot& slot) {
    if (const auto found = residents.find(slot.device);
        found != residents.end() && found->second.get() == &slot) {
      auto gone = std::move(found->second);
      residents.erase(found);
      by_use.erase(gone->place);
      return gone;
    }
    const auto found = std::find_if(closing.begin(), closing.end(),
                                    [&](const auto& one) { return one.get() == &slot; });
    if (found == closing.end()) {
      return nullptr;
    }
    auto gone = std::move(*found);
    closing.erase(found);
    return gone;
  }

  /// The slot was used now. The lock is held.
  void touch(resident& slot, milliseconds now) noexcept {
    slot.touched = now;
    by_use.splice(by_use.end(), by_use, slot.place);
  }

  /// What to call now that a draining shard is empty; null: it is not, or is called already. The
  /// lock is held.
  std::function<void()> take_drained() noexcept {
    const bool empty = residents.empty() && closing.empty() && held.empty();
    return service == shard_service::draining && empty ? std::exchange(drained, {}) : nullptr;
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
