#pragma once

#include "http/limits/guess_throttle.hpp"
#include "http/limits/rate_limits.hpp"

#include <cstddef>
#include <cstdint>

namespace muster::http {

/// What the edges of all reactors count together. Thread-safe.
struct edge_limits {
  /// A factory provisions over many connections at once, long before its first device is known.
  static constexpr std::uint32_t provisioning_burst = 1000;
  static constexpr std::size_t provisioning_counts = 10'000;

  rate_limits devices;
  /// Guesses of provisioning keys and secrets.
  guess_throttle provisioning{provisioning_counts, provisioning_burst, provisioning_burst};
};

} // namespace muster::http
