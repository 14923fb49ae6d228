#pragma once

#include "actors/model/relation.hpp"
#include "actors/rules/alarms/calculated_fields.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http::rest {

/// A field and whose it is.
struct field_of_entity {
  tenant_id tenant;
  /// A device profile or a device.
  entity_ref entity;
  calculated_field field;
};

void append_calculated_field(std::string& out, const field_of_entity& what);

/// What a client wants saved.
struct field_body {
  /// Absent: a new one.
  std::optional<uuid> id;
  /// A device profile or a device.
  entity_ref of;
  calculated_field field;
  /// That the client saw.
  std::optional<std::uint64_t> version;
};

/// `body` is strict JSON. Error: invalid, with the member that is wrong, or what is not supported.
result<field_body> read_field_body(std::string_view body);

} // namespace muster::http::rest
