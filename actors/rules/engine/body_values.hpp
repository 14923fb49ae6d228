#pragma once

#include "actors/model/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// What of a body is read.
enum class body_reading : bool {
  /// Members and elements that are null, and members whose name cannot be a key, are left out.
  values,
  /// All; null is the JSON value `null`.
  whole,
};

/// The members of a JSON object as telemetry or attributes: objects and lists are JSON values whose
/// members keep their order, integers beyond 64 bits doubles; of equal names the later one has won.
/// Nothing: not an object.
std::optional<std::vector<key_value>> body_values(std::string_view text,
                                                  body_reading how = body_reading::values);

/// The elements of a JSON list. Nothing: not a list.
std::optional<std::vector<value>> body_elements(std::string_view text,
                                                body_reading how = body_reading::values);

/// `body_values` the other way round. The keys are distinct.
std::string body_text(const std::vector<key_value>& values);

/// A value as JSON.
std::string json_of(const value& what);

} // namespace muster
