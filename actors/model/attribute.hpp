#pragma once

#include "actors/model/time.hpp"
#include "actors/model/value.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace muster {

/// The numbers are written to disk.
enum class attribute_scope : std::uint8_t { client = 0, shared = 1, server = 2 };

struct attribute {
  std::string key;
  timestamp last_update = 0;
  value val;

  friend bool operator==(const attribute&, const attribute&) = default;
};

} // namespace muster
