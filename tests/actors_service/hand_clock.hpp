#pragma once

#include "actors/model/time.hpp"

#include <atomic>

namespace muster {

/// A clock that moves by hand. Thread-safe.
class hand_clock final : public clock_source {
public:
  explicit hand_clock(timestamp wall = 1'700'000'000'000) : wall_(wall) {}

  instant now() const noexcept override {
    const timestamp wall = wall_;
    return {wall, wall - 1'600'000'000'000};
  }
  void advance(milliseconds by) { wall_ += by; }

private:
  std::atomic<timestamp> wall_;
};

} // namespace muster
