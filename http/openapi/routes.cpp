#include "http/openapi/routes.hpp"

#include "http/api/call.hpp"
#include "http/openapi/document.hpp"

namespace muster::http {

namespace {

class document_call final : public call {
private:
  verdict on_head(exchange&, const path_parameters&) override { return accept(); }
  void on_request(exchange&) override {
    static const std::string text = openapi::document();
    answer({200, json_type, text});
  }
  void on_reply(reply) override {}
};

} // namespace

void add_openapi_routes(router& to) {
  to.add<document_call>(method::get, "/api/openapi.json", route_rule{});
}

} // namespace muster::http
