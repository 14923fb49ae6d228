#pragma once

#include <string>

namespace muster::http::openapi {

/// The description of the whole node as OpenAPI 3 in JSON; always the same.
[[nodiscard]] std::string document();

} // namespace muster::http::openapi
