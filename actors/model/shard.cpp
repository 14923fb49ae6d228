#include "actors/model/shard.hpp"

namespace muster {

shard_id shard_of(const device_id& device) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (std::uint8_t byte : device.value.bytes) {
    hash = (hash ^ byte) * 0x100000001b3ULL;
  }
  return static_cast<shard_id>((hash ^ (hash >> 32)) % shard_count);
}

} // namespace muster
