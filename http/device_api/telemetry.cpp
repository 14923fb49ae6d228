#include "http/api/decoded_size.hpp"
#include "http/device_api/device_call.hpp"
#include "http/device_api/resources.hpp"

#include <utility>

namespace muster::http {

namespace {

/// `POST /api/v1/{token}/telemetry`
class telemetry_upload final : public device_call {
public:
  void on_request(exchange& request) override {
    auto entries = json::read_telemetry(request.body(), rules());
    if (!entries) {
      return refuse(entries.error());
    }
    if (!request.reserve_decoded(decoded_size(*entries))) {
      return refuse({error_code::overloaded, {}});
    }
    send(save_telemetry{*std::move(entries), 0});
  }
};

} // namespace

void add_telemetry(router& to) {
  to.add<telemetry_upload>(method::post, "/api/v1/{token}/telemetry",
                           {.body_limit = device_body_limit, .body_required = true});
}

} // namespace muster::http
