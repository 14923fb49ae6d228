#pragma once

#include <cstdint>

namespace muster::persistence {

/// Number of a shard's ownership; grows at each take-over. A single node holds epoch 1 of all
/// shards.
enum class shard_epoch : std::uint64_t {};

/// What a single node's writes carry.
inline constexpr shard_epoch first_epoch{1};

} // namespace muster::persistence
