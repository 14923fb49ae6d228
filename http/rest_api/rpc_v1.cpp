#include "http/rest_api/resources.hpp"
#include "http/rest_api/rpc_call.hpp"

namespace muster::http::rest {

namespace {

/// Late is 408 when the device had the RPC, else 409.
constexpr rpc_version version_1{408, 409};

} // namespace

void add_rpc_v1_routes(router& to, rest_api& api) {
  to.add<rpc_call>(method::post, "/api/plugins/rpc/oneway/{deviceId}", {rpc_body_limit},
                   std::ref(api), version_1, true);
  to.add<rpc_call>(method::post, "/api/plugins/rpc/twoway/{deviceId}", {rpc_body_limit},
                   std::ref(api), version_1, false);
}

} // namespace muster::http::rest
