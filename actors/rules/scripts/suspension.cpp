#include "actors/rules/scripts/suspension.hpp"

namespace muster {

void suspension::overrun(milliseconds now, int limit, milliseconds span) noexcept {
  overruns_ = overruns_ > 0 && now - last_ < span ? overruns_ + 1 : 1;
  last_ = now;
  if (overruns_ >= limit) {
    overruns_ = 0;
    until_ = now + span;
  }
}

std::optional<milliseconds> suspension::until(milliseconds now) const noexcept {
  return now < until_ ? std::optional(until_) : std::nullopt;
}

} // namespace muster
