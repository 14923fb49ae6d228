#include "actors/rules/scripts/suspension.hpp"

namespace muster {

std::optional<milliseconds> suspension::overrun(milliseconds now, int limit,
                                                milliseconds span) noexcept {
  overruns_ = overruns_ > 0 && now - last_ < span ? overruns_ + 1 : 1;
  last_ = now;
  if (overruns_ < limit) {
    return std::nullopt;
  }
  overruns_ = 0;
  return now + span;
}

} // namespace muster
