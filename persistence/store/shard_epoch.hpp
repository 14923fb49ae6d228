#pragma once

#include <cstdint>

namespace muster::persistence {

/// Number of a shard's ownership; grows at each take-over. A single node holds epoch 1 of all
/// shards.
enum class shard_epoch : std::uint64_t {};

/// What a single node's writes carry.
inline constexpr shard_epoch first_epoch{1};

/// Of a write that makes a device with a fresh identifier: no node has it in memory, so whoever
/// owns its shard need not be asked.
inline constexpr shard_epoch new_device_epoch{0};

} // namespace muster::persistence
