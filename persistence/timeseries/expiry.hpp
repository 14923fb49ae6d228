#pragma once

#include "actors/model/time.hpp"

#include <cstdint>
#include <limits>

namespace muster::persistence {

/// Whether something that was given its time at `since` and may live `seconds` is over; 0 seconds:
/// never. Safe for any `since`.
constexpr bool outlived(timestamp since, std::int64_t seconds, timestamp now) noexcept {
  if (seconds <= 0 || seconds > std::numeric_limits<std::int64_t>::max() / 2000) {
    return false;
  }
  const std::int64_t span = seconds * 1000;
  const bool overflows = since > std::numeric_limits<timestamp>::max() - span;
  return !overflows && now > since + span;
}

/// Whether a history row is over: by its own expiry when it has one, else by the retention.
constexpr bool history_expired(timestamp ts, timestamp expires, std::int64_t retention_seconds,
                               timestamp now) noexcept {
  return expires != 0 ? now > expires : outlived(ts, retention_seconds, now);
}

} // namespace muster::persistence
