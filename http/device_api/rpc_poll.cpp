#include "http/device_api/poll_call.hpp"
#include "http/device_api/resources.hpp"
#include "http/json/writer.hpp"

namespace muster::http {

namespace {

/// `GET /api/v1/{token}/rpc`
class rpc_poll final : public poll_call {
  command_body ask(poll_id poll, milliseconds timeout, std::string client) const override {
    return poll_rpc{poll, timeout, std::move(client)};
  }
  std::string render(reply& what) const override {
    std::string body;
    json::append(body, std::get<rpc_delivery>(what));
    return body;
  }
};

} // namespace

void add_rpc_poll(router& to) {
  to.add<rpc_poll>(method::get, "/api/v1/{token}/rpc",
                   {.body_limit = rpc_body_limit, .head = false});
}

} // namespace muster::http
