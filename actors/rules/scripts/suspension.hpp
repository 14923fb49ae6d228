#pragma once

#include "actors/model/time.hpp"

#include <optional>

namespace muster {

/// Counts the overruns of one script. A plain value; the steady time is a parameter.
class suspension {
public:
  /// `limit` overruns, each within `span` of the one before, suspend for `span`: then the time at
  /// which that ends.
  std::optional<milliseconds> overrun(milliseconds now, int limit, milliseconds span) noexcept;

private:
  int overruns_ = 0;
  milliseconds last_ = 0;
};

} // namespace muster
