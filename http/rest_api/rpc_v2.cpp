#include "http/rest_api/resources.hpp"
#include "http/rest_api/rpc_call.hpp"

namespace muster::http::rest {

namespace {

/// Late is 504, whether the device had the RPC or not.
constexpr rpc_version version_2{504, 504};

} // namespace

void add_rpc_v2_routes(router& to, rest_api& api) {
  to.add<rpc_call>(method::post, "/api/rpc/oneway/{deviceId}", {rpc_body_limit}, std::ref(api),
                   version_2, true);
  to.add<rpc_call>(method::post, "/api/rpc/twoway/{deviceId}", {rpc_body_limit}, std::ref(api),
                   version_2, false);
}

} // namespace muster::http::rest
