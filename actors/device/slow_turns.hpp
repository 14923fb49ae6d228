#pragma once

#include "actors/device/envelope.hpp"
#include "actors/model/rare_notice.hpp"

namespace muster {

/// Logs what actors work at for long: all other devices of their thread wait meanwhile.
/// Thread-safe.
class slow_turns {
public:
  /// From this on a turn is slow, milliseconds.
  static constexpr milliseconds slow = 50;

  /// A clock that costs a few nanoseconds and is exact to some milliseconds.
  static milliseconds now() noexcept;

  /// The turn for that envelope of that device began then and ends now. Logs nothing of a quick
  /// one.
  void ended(milliseconds begun, const device_id& device, const envelope& what) noexcept {
    const milliseconds end = now();
    if (end - begun >= slow) {
      tell(end, end - begun, device, what);
    }
  }

private:
  void tell(milliseconds at, milliseconds took, const device_id& device,
            const envelope& what) noexcept;

  rare_notice lines_{10'000};
};

} // namespace muster
