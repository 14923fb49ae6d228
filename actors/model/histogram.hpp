#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace muster {

/// Counts of values in buckets: `upper[i]` microseconds or rows is the inclusive bound of
/// `counts[i]`, the last count is what lies above.
template <std::size_t N>
struct histogram_counts {
  std::array<std::uint64_t, N> upper{};
  std::array<std::uint64_t, N + 1> counts{};
  std::uint64_t total = 0;
  std::uint64_t sum = 0;

  void add(std::uint64_t amount) noexcept {
    std::size_t bucket = 0;
    while (bucket < N && amount > upper[bucket]) {
      ++bucket;
    }
    ++counts[bucket];
    ++total;
    sum += amount;
  }
};

} // namespace muster
