#pragma once

#include "http/api/router.hpp"

namespace muster::http {

/// Adds the device API, everything below `/api/v1/{token}`.
void add_device_routes(router& to);

} // namespace muster::http
