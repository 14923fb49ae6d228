#pragma once

#include "actors/model/time.hpp"

#include <atomic>
#include <cstdint>

namespace muster {

/// How long an answer may be given without a commit: some time from the *sending* of the last
/// renewal that succeeded, since whoever takes this node's shards waits longer than that after the
/// node was declared dead. Compared when it is used, on a clock that runs on while the process is
/// stopped or the machine sleeps, so a node that wakes up late finds it over. Thread-safe.
class read_lease {
public:
  /// `lasts`: milliseconds from the sending of a renewal.
  read_lease(const clock_source& clock, milliseconds lasts) noexcept
      : clock_(clock), lasts_(lasts) {}

  /// A renewal that was sent at `sent` (steady time) succeeded. A late answer takes nothing back.
  void renewed(milliseconds sent) noexcept {
    const milliseconds until = sent + lasts_;
    milliseconds known = until_.load(std::memory_order_relaxed);
    while (known < until && !until_.compare_exchange_weak(known, until)) {
    }
  }

  /// Whether an answer may be given now.
  bool valid() const noexcept { return clock_.now().steady < until_.load(); }

private:
  const clock_source& clock_;
  milliseconds lasts_;
  /// Steady time.
  std::atomic<milliseconds> until_ = never;

  /// The steady clock starts anywhere, so 0 would be a time like others.
  static constexpr milliseconds never = INT64_MIN;
};

} // namespace muster
