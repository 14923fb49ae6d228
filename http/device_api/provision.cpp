#include "http/api/device_credentials.hpp"
#include "http/api/edge.hpp"
#include "http/api/errors.hpp"
#include "http/codec/payload.hpp"
#include "http/device_api/provision_body.hpp"
#include "http/device_api/resources.hpp"

#include <utility>

namespace muster::http {

namespace {

/// So often a device is tried whose profile is changed at that very moment.
constexpr int most_tries = 50;

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
    wanted_ = *std::move(wanted);
    wanted_.address = request.client_address();
    guess_ = sha3_text(wanted_.key + '\n' + wanted_.secret);
    if (const auto wait = throttle().admit(guess_, wanted_.address, steady())) {
      return answer(rate_limited(*wait, now()));
    }
    at().below().apply(wanted_, reply_to());
  }

  void on_reply(reply what) override {
    if (const auto* access = std::get_if<credentials>(&what)) {
      throttle().succeeded(guess_, wanted_.address, steady());
      return answer(payload::answer(codec_, provisioned_json(*access)));
    }
    const auto* problem = std::get_if<error>(&what);
    const error why = problem != nullptr ? *problem : error{};
    if (why.code == error_code::version_conflict && ++tries_ < most_tries) {
      wanted_.reread = true;
      return at().below().apply(wanted_, reply_to());
    }
    refuse(why);
  }

private:
  void refuse(const error& why) {
    if (why.code == error_code::not_found) {
      throttle().failed(guess_, wanted_.address, steady());
      return answer(payload::answer(
          codec_, R"({"errorMsg":"Provision data was not found!","status":"NOT_FOUND"})"));
    }
    throttle().untried(guess_, wanted_.address, steady());
    if (is_refusal(why.code)) {
      return answer(payload::answer(
          codec_, R"({"errorMsg":"Failed to provision device!","status":"FAILURE"})"));
    }
    const bool changing = why.code == error_code::version_conflict;
    answer(device_error(
        changing ? error{error_code::overloaded, "The device profile is being changed"} : why,
        now()));
  }
  static bool is_refusal(error_code code) {
    return code == error_code::forbidden || code == error_code::already_exists ||
           code == error_code::invalid;
  }
  guess_throttle& throttle() { return at().limits().provisioning; }
  [[nodiscard]] milliseconds steady() const { return at().clock().now().steady; }

  const codec* codec_ = nullptr;
  provision_device wanted_;
  int tries_ = 0;
  std::string guess_;
};

} // namespace

void add_provision(router& to) {
  to.add<provision_call>(method::post, "/api/v1/provision",
                         {.body_limit = provision_body_limit, .body_required = true});
}

} // namespace muster::http
