#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

namespace muster::http::openapi {

using json = nlohmann::ordered_json;

/// `components.schemas`: entities and bodies by name.
[[nodiscard]] const json& schemas();

/// The schema of what `operation::request` and `operation::response` name; for JSON only.
[[nodiscard]] json schema_of(std::string_view what);

/// A parameter of the query or the path by name, as OpenAPI has it.
[[nodiscard]] json query_parameter(std::string_view name, bool required);
[[nodiscard]] json path_parameter(std::string_view name);

} // namespace muster::http::openapi
