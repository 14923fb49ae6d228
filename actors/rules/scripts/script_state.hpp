#pragma once

#include "actors/rules/scripts/script.hpp"
#include "actors/rules/scripts/suspension.hpp"

#include <mutex>

namespace muster {

/// What the copies of a script share.
struct script_state {
  explicit script_state(script_source of) : source(std::move(of)) {}

  const script_source source;
  std::mutex mutex;
  /// Under the mutex.
  suspension suspended;
};

} // namespace muster
