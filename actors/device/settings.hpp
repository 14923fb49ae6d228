#pragma once

#include "actors/model/time.hpp"

#include <cstddef>
#include <cstdint>

namespace muster {

/// What all devices of a node have in common; outlives their states.
struct device_settings {
  milliseconds redelivery_after = 10'000;
  milliseconds client_timeout = 60'000;
  /// History is dropped after a time: then a snapshot of the latest values must not rely on it.
  bool history_expires = false;
  /// Bounds of one device's mailbox of RPCs; a first RPC always passes.
  std::size_t max_rpcs = 1'000;
  std::size_t max_rpc_bytes = std::size_t{1} << 20;
  /// Bounds of what one device's rule chains leave to be done.
  std::size_t max_outbox_items = 4'000;
  std::size_t max_outbox_bytes = std::size_t{4} << 20;
  /// Client-side RPCs of one device that wait at a time.
  std::size_t max_calls = 100;
  /// Deletions of history that wait for the one under way.
  std::size_t max_deletions = 16;
  /// Devices may offer themselves for claiming without the attribute `claimingAllowed`.
  bool claim_by_default = true;
  /// How long an offer without a duration of its own stands.
  milliseconds claim_duration = 24 * 3'600'000;
};

/// "Never" on either clock.
inline constexpr milliseconds never = INT64_MAX;

/// `at` + `span` without overflow, for spans that come from outside.
constexpr timestamp later(timestamp at, milliseconds span) noexcept {
  timestamp sum = 0;
  return __builtin_add_overflow(at, span, &sum) ? (span > 0 ? INT64_MAX : INT64_MIN) : sum;
}

/// The steady time that a wall time lies at, as both clocks stand now; `never` stays never.
constexpr milliseconds on_steady(timestamp wall, instant now) noexcept {
  timestamp span = 0;
  if (wall == never || __builtin_sub_overflow(wall, now.wall, &span)) {
    return never;
  }
  return later(now.steady, span);
}

} // namespace muster
