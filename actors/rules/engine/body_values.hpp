#pragma once

#include "actors/model/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// The members of a JSON object as telemetry or attributes: objects and lists are JSON values whose
/// members keep their order, integers beyond 64 bits doubles; of equal names the later one has won.
/// Members that are null or whose name cannot be a key are left out. Nothing: not an object.
std::optional<std::vector<key_value>> body_values(std::string_view text);

/// The elements of a JSON list. Nothing: not a list.
std::optional<std::vector<value>> body_elements(std::string_view text);

/// `body_values` the other way round. The keys are distinct.
std::string body_text(const std::vector<key_value>& values);

} // namespace muster
