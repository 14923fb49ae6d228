#include "http/device_api/poll_call.hpp"
#include "http/device_api/resources.hpp"
#include "http/json/writer.hpp"

namespace muster::http {

namespace {

/// `GET /api/v1/{token}/attributes/updates`
class attribute_poll final : public poll_call {
  command_body ask(poll_id poll, milliseconds timeout, std::string client) const override {
    return poll_attributes{poll, timeout, std::move(client)};
  }
  std::string render(reply& what) const override {
    std::string body;
    json::append(body, std::get<attribute_changes>(what));
    return body;
  }
};

} // namespace

void add_attribute_updates(router& to) {
  to.add<attribute_poll>(method::get, "/api/v1/{token}/attributes/updates",
                         {.body_limit = device_body_limit, .head = false});
}

} // namespace muster::http
