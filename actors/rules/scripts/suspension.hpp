#pragma once

#include "actors/model/time.hpp"

#include <optional>

namespace muster {

/// Counts the overruns of one script. A plain value; the steady time is a parameter.
class suspension {
public:
  /// `limit` overruns, each within `span` of the one before, suspend for `span`.
  void overrun(milliseconds now, int limit, milliseconds span) noexcept;

  /// When the suspension ends; none when there is none.
  std::optional<milliseconds> until(milliseconds now) const noexcept;

private:
  int overruns_ = 0;
  milliseconds last_ = 0;
  milliseconds until_ = 0;
};

} // namespace muster
