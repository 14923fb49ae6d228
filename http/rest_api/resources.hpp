#pragma once

#include "http/api/router.hpp"
#include "http/rest_api/routes.hpp"

namespace muster::http::rest {

// One function a resource, each in the file of its name.

void add_auth_routes(router& to, rest_api& api);
void add_device_routes(router& to, rest_api& api);
void add_device_read_routes(router& to, rest_api& api);
void add_device_list_routes(router& to, rest_api& api);
void add_credentials_routes(router& to, rest_api& api);
void add_attribute_routes(router& to, rest_api& api);
void add_telemetry_routes(router& to, rest_api& api);
void add_history_routes(router& to, rest_api& api);
void add_rpc_v1_routes(router& to, rest_api& api);
void add_rpc_v2_routes(router& to, rest_api& api);
void add_persistent_rpc_routes(router& to, rest_api& api);

} // namespace muster::http::rest
