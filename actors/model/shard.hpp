#pragma once

#include "actors/model/uuid.hpp"

#include <cstdint>

namespace muster {

/// Devices are spread over this many shards. The number is stored in the data and a store with
/// another one is refused: changing it would send every device to the wrong place.
inline constexpr std::uint16_t shard_count = 256;

/// 0 to shard_count - 1.
enum class shard_id : std::uint16_t {};

/// The shard of a device: FNV-1a (64 bits) over the identifier's 16 bytes, high half folded into
/// the low one, modulo shard_count. Our own fixed function with test vectors, never std::hash,
/// because it is written into the data.
shard_id shard_of(const device_id& device) noexcept;

} // namespace muster
