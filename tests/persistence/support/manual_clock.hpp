#pragma once

#include "actors/model/time.hpp"

#include <atomic>

namespace muster::test {

/// A clock that moves when told.
class manual_clock final : public clock_source {
public:
  explicit manual_clock(timestamp start = 1'700'000'000'000) : wall_(start) {}

  instant now() const noexcept override { return {wall_, wall_}; }
  void advance(milliseconds by) { wall_ += by; }

private:
  std::atomic<timestamp> wall_;
};

} // namespace muster::test
