#pragma once

#include <array>
#include <cstdint>

namespace muster::http {

/// What the server has counted, summed over its reactors at the moment of the call.
/// Totals since the start but for `connections_open`, `parked` and `body_memory_used`.
struct server_counters {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  /// Closed at once because `http.max_connections` were open.
  std::uint64_t connections_refused = 0;
  std::uint64_t tls_handshakes = 0;
  std::uint64_t tls_failures = 0;
  /// Answers by the first digit of their status, 1xx at index 0.
  std::array<std::uint64_t, 5> responses{};
  /// Exchanges parked now.
  std::uint64_t parked = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  /// Bytes of `http.body_memory` reserved now.
  std::uint64_t body_memory_used = 0;
};

} // namespace muster::http
