#pragma once

#include "actors/model/time.hpp"

namespace muster::persistence::rocks {

/// RocksDB asks for the time where it lets rows expire, which does not happen while a data folder
/// is looked into: it is always 1970.
inline const clock_source& no_clock() {
  class stopped final : public clock_source {
  public:
    instant now() const noexcept override { return {}; }
  };
  static const stopped clock;
  return clock;
}

} // namespace muster::persistence::rocks
