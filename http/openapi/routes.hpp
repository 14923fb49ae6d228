#pragma once

#include "http/api/router.hpp"

namespace muster::http {

/// `/api/openapi.json`: the description of everything the node serves, for anybody.
void add_openapi_routes(router& to);

} // namespace muster::http
