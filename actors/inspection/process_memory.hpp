#pragma once

#include <cstdint>
#include <optional>

namespace muster {

/// What the process takes, in bytes.
struct process_memory {
  std::uint64_t resident = 0;
  /// Of that: memory of its own, and of files that are mapped (the program, libraries, data).
  std::uint64_t anonymous = 0;
  std::uint64_t files = 0;
  /// What the program has asked its heap for and not given back; absent: the heap does not say.
  std::optional<std::uint64_t> heap;
};

/// All 0 when /proc cannot be read. Any thread.
process_memory read_process_memory();

} // namespace muster
