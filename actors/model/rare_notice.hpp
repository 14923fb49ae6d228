#pragma once

#include "actors/model/time.hpp"

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>

namespace muster {

/// Keeps what may happen thousands of times a second from filling the log: one line is granted for
/// each pause. Thread-safe, waits for nothing.
class rare_notice {
public:
  explicit rare_notice(milliseconds pause) noexcept : pause_(pause) {}

  /// Nothing: not now. Else how many times it was not granted since the last line. `steady` is of
  /// one clock always.
  std::optional<std::uint64_t> take(milliseconds steady) noexcept {
    milliseconds next = next_.load(std::memory_order_relaxed);
    if (steady < next ||
        !next_.compare_exchange_strong(next, steady + pause_, std::memory_order_relaxed)) {
      left_out_.fetch_add(1, std::memory_order_relaxed);
      return std::nullopt;
    }
    return left_out_.exchange(0, std::memory_order_relaxed);
  }

private:
  const milliseconds pause_;
  std::atomic<milliseconds> next_{std::numeric_limits<milliseconds>::min()};
  std::atomic<std::uint64_t> left_out_{0};
};

} // namespace muster
