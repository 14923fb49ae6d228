#pragma once

#include "actors/rules/scripts/script.hpp"
#include "actors/rules/scripts/suspension.hpp"

#include <atomic>
#include <limits>
#include <mutex>
#include <utility>

namespace muster {

/// What the copies of a script share.
struct script_state {
  explicit script_state(script_source of) : source(std::move(of)) {}

  const script_source source;
  std::mutex mutex;
  /// Under the mutex.
  suspension overruns;
  /// Steady milliseconds, written under the mutex; every call reads it, on many threads at once.
  std::atomic<milliseconds> suspended_until = std::numeric_limits<milliseconds>::min();
};

} // namespace muster
