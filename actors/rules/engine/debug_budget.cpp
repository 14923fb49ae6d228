#include "actors/rules/engine/debug_budget.hpp"

#include <spdlog/spdlog.h>

namespace muster {

debug_budget::answer debug_budget::take(timestamp now) {
  constexpr milliseconds hour = 3'600'000;
  const std::lock_guard guard(mutex_);
  if (now / hour != hour_) {
    hour_ = now / hour;
    taken_ = 0;
  }
  if (taken_ == an_hour_) {
    return answer::none;
  }
  if (++taken_ < an_hour_) {
    return answer::granted;
  }
  spdlog::warn("tenant {}: {} events of debugged rule nodes in this hour, no more are kept",
               to_string(of_), an_hour_);
  return answer::last;
}

} // namespace muster
