#pragma once

#include <cstdint>
#include <string>

namespace muster::persistence {

/// What a store says of itself for health and metrics.
struct store_health {
  /// Empty while writes are taken, else why they are not, for people.
  std::string trouble;
  /// How often the store was opened again in place after an error.
  std::uint64_t reopenings = 0;
  /// Size of the store's files and free bytes of their disk, at most some seconds old.
  std::uint64_t bytes_on_disk = 0;
  std::uint64_t free_bytes = 0;
};

} // namespace muster::persistence
