#pragma once

#include "actors/model/histogram.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace muster {

/// The value below which that share (0 to 1) of the counted ones lies, as far as the buckets tell:
/// within a bucket they are taken to be spread evenly, above the last bound they count as that. 0
/// when nothing was counted.
template <std::size_t N>
double quantile(const histogram_counts<N>& of, double share) {
  std::uint64_t total = 0;
  for (const auto count : of.counts) {
    total += count;
  }
  const double wanted = share * static_cast<double>(total);
  double below = 0;
  std::uint64_t lower = 0;
  for (std::size_t at = 0; at < N; ++at) {
    const auto here = static_cast<double>(of.counts[at]);
    if (here > 0 && below + here >= wanted) {
      const double part = std::clamp((wanted - below) / here, 0.0, 1.0);
      return static_cast<double>(lower) + part * static_cast<double>(of.upper[at] - lower);
    }
    below += here;
    lower = of.upper[at];
  }
  return total == 0 ? 0 : static_cast<double>(lower);
}

} // namespace muster
