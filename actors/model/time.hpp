#pragma once

#include <cstdint>

namespace muster {

/// Milliseconds since 1970-01-01T00:00:00Z; negative before. What devices call `ts`.
using timestamp = std::int64_t;

/// A span in milliseconds.
using milliseconds = std::int64_t;

/// One reading of both clocks. Rules about data (ts, expiry) use `wall`; rules about waiting use
/// `steady`, which no clock jump moves.
struct instant {
  timestamp wall = 0;
  /// Milliseconds of the monotonic clock, suspend included; comparable within one process only.
  milliseconds steady = 0;
};

/// Where the time comes from. A parameter everywhere, so that tests advance it instead of sleeping.
/// Implementations are thread-safe.
class clock_source {
public:
  virtual ~clock_source() = default;
  virtual instant now() const noexcept = 0;
};

/// The machine's clocks.
class system_clock_source final : public clock_source {
public:
  instant now() const noexcept override;
};

} // namespace muster
