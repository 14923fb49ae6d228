#pragma once

#include "actors/model/audit.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <compare>
#include <string>

namespace muster {

/// Any entity.
struct entity_ref {
  entity_type kind = entity_type::device;
  uuid id;

  friend auto operator<=>(const entity_ref&, const entity_ref&) = default;
};

/// What one entity is to another, as `Contains`; between two entities there is at most one of each
/// type. It goes when one of them does.
struct relation {
  entity_ref from;
  entity_ref to;
  /// Compared exactly.
  std::string type;
  json_text additional_info{"null"};

  friend bool operator==(const relation&, const relation&) = default;
};

} // namespace muster
