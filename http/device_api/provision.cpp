#include "http/api/device_credentials.hpp"
#include "http/api/edge.hpp"
#include "http/api/errors.hpp"
#include "http/codec/payload.hpp"
#include "http/device_api/provision_body.hpp"
#include "http/device_api/resources.hpp"

#include <utility>

namespace muster::http {

namespace {

/// `POST /api/v1/provision`: a device that has no credentials yet asks to be known. Guessers are
/// slowed down by key and secret together, so that a device with a wrong secret is in nobody's way.
class provision_call final : public call {
public:
  verdict on_head(exchange& request, const path_parameters&) override {
    if (const auto type = request.header("Content-Type")) {
      codec_ = codec_of_type(*type);
    }
    return accept();
  }

  void on_request(exchange& request) override {
    auto wanted = read_provision_body(codec_, request.body());
    if (!wanted) {
      return answer(device_error(wanted.error(), now()));
    }
    wanted->address = request.client_address();
    address_ = wanted->address;
    guess_ = sha3_text(wanted->key + '\n' + wanted->secret);
    if (const auto wait = throttle().admit(guess_, address_, steady())) {
      return answer(rate_limited(*wait, now()));
    }
    at().below().apply(*std::move(wanted), reply_to());
  }

  void on_reply(reply what) override {
    if (const auto* access = std::get_if<credentials>(&what)) {
      throttle().succeeded(guess_, address_, steady());
      return answer(payload::answer(codec_, provisioned_json(*access)));
    }
    const auto* problem = std::get_if<error>(&what);
    const error why = problem != nullptr ? *problem : error{};
    if (why.code == error_code::not_found) {
      throttle().failed(guess_, address_, steady());
      return answer(payload::answer(
          codec_, R"({"errorMsg":"Provision data was not found!","status":"NOT_FOUND"})"));
    }
    throttle().untried(guess_, address_, steady());
    if (is_refusal(why.code)) {
      return answer(payload::answer(
          codec_, R"({"errorMsg":"Failed to provision device!","status":"FAILURE"})"));
    }
    answer(device_error(why, now()));
  }

private:
  static bool is_refusal(error_code code) {
    return code == error_code::forbidden || code == error_code::already_exists ||
           code == error_code::invalid;
  }
  guess_throttle& throttle() { return at().limits().provisioning; }
  [[nodiscard]] milliseconds steady() const { return at().clock().now().steady; }

  const codec* codec_ = nullptr;
  std::string guess_;
  std::string address_;
};

} // namespace

void add_provision(router& to) {
  to.add<provision_call>(method::post, "/api/v1/provision",
                         {.body_limit = provision_body_limit, .body_required = true});
}

} // namespace muster::http
