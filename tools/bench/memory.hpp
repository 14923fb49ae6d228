#pragma once

#include <cstdint>

namespace muster::bench {

/// Memory of another process in bytes, from /proc/PID/smaps_rollup. Throws failure when it can't be
/// read.
struct memory_reading {
  /// All its pages in memory, those of its program files included.
  std::uint64_t resident = 0;
  /// Pages that belong to no file.
  std::uint64_t anonymous = 0;
};

memory_reading read_memory(int process);

} // namespace muster::bench
