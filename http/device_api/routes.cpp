#include "http/device_api/routes.hpp"

#include "http/device_api/resources.hpp"

namespace muster::http {

void add_device_routes(router& to) {
  add_telemetry(to);
  add_attributes(to);
  add_attribute_updates(to);
  add_rpc_poll(to);
  add_rpc_reply(to);
  add_client_rpc(to);
  add_claim(to);
  add_provision(to);
  add_packages(to);
}

} // namespace muster::http
