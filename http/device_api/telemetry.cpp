#include "http/api/decoded_size.hpp"
#include "http/device_api/device_call.hpp"
#include "http/device_api/resources.hpp"

#include <utility>

namespace muster::http {

namespace {

std::size_t count_values(const std::vector<telemetry_entry>& entries) {
  std::size_t values = 0;
  for (const auto& each : entries) {
    values += each.values.size();
  }
  return values;
}

/// `POST /api/v1/{token}/telemetry`
class telemetry_upload final : public device_call {
public:
  void on_request(exchange& request) override {
    auto entries = payload::read_telemetry(codec(), request.body(), rules());
    if (!entries) {
      return refuse(entries.error());
    }
    if (!admit_points(count_values(*entries))) {
      return;
    }
    if (!request.reserve_decoded(decoded_size(*entries))) {
      return refuse({error_code::overloaded, {}});
    }
    send(save_telemetry{*std::move(entries), 0});
  }

private:
  counted kind() const override { return counted::telemetry_message; }
};

} // namespace

void add_telemetry(router& to) {
  to.add<telemetry_upload>(method::post, "/api/v1/{token}/telemetry",
                           {.body_limit = device_body_limit, .body_required = true});
}

} // namespace muster::http
