#pragma once

#include "actors/model/shard.hpp"
#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"
#include "persistence/store/shard_epoch.hpp"

#include <cstdint>
#include <vector>

namespace muster {

/// What the registry knows of one device that is in memory, without asking its actor.
struct resident_facts {
  device_id device;
  /// Since it came to memory.
  std::uint64_t commands = 0;
  /// Nanoseconds that its actor worked, while times were taken.
  std::uint64_t busy = 0;
  /// Of memory when it was last measured, about; 0: it was not.
  std::uint64_t bytes = 0;
  std::uint32_t queued = 0;
  std::uint32_t commits_under_way = 0;
  /// Polls, callers or the like keep it in memory.
  bool pinned = false;
  /// It has RPCs that are not done.
  bool has_rpcs = false;
  /// Since its last command.
  milliseconds idle = 0;
};

/// What the registry knows of one shard.
struct shard_facts {
  shard_id shard{};
  bool served = false;
  bool draining = false;
  persistence::shard_epoch epoch{};
  std::size_t residents = 0;
  std::uint64_t commands = 0;
  std::uint64_t activations = 0;
  std::uint64_t passivations = 0;
  std::size_t answers_held = 0;
};

} // namespace muster
