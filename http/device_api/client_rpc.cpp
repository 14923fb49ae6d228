#include "actors/model/random.hpp"
#include "http/api/errors.hpp"
#include "http/device_api/device_call.hpp"
#include "http/device_api/resources.hpp"

#include <optional>
#include <utility>

namespace muster::http {

namespace {

/// The call in `{"method":...,"params":...}`, both mandatory; a number or boolean as method counts
/// as its text.
result<call_rules> read_call(const codec* how, std::string_view body) {
  auto members = payload::read_members(how, body);
  if (!members) {
    return tl::unexpected(std::move(members.error()));
  }
  std::optional<result<std::string>> method;
  std::optional<json_text> params;
  for (auto& [name, value] : *members) {
    if (name == "method") {
      method = json::read_scalar(value.text);
    } else if (name == "params") {
      params = std::move(value);
    }
  }
  if (!method || !*method) {
    return fail(error_code::malformed, "Expected a string at $.method");
  }
  if (!params) {
    return fail(error_code::malformed, "Expected a value at $.params");
  }
  return call_rules{**std::move(method), *std::move(params), random_number(), false};
}

/// `POST /api/v1/{token}/rpc`
class client_rpc final : public device_call {
public:
  void on_request(exchange& request) override {
    auto asked = read_call(codec(), request.body());
    if (!asked) {
      return refuse(asked.error());
    }
    if (!wait_until_shutdown()) {
      return on_shutdown();
    }
    send(*std::move(asked));
  }

  void on_shutdown() override { refuse(error{error_code::shutting_down, {}}); }

  void on_success(reply& what) override {
    auto& text = std::get<rpc_answer>(what).response.text;
    answer(text.empty() ? response{200} : payload::answer(codec(), std::move(text)));
  }
};

} // namespace

void add_client_rpc(router& to) {
  to.add<client_rpc>(method::post, "/api/v1/{token}/rpc",
                     {.body_limit = rpc_body_limit, .body_required = true});
}

} // namespace muster::http
