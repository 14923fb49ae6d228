#include "http/device_api/device_call.hpp"
#include "http/device_api/resources.hpp"
#include "http/json/utf8.hpp"

#include <algorithm>
#include <utility>

namespace muster::http {

namespace {

constexpr std::size_t longest_secret = 255;
/// A century: longer offers are as good as endless, and times stay numbers.
constexpr milliseconds longest_offer = milliseconds{36'525} * 24 * 3'600'000;

/// `{"secretKey":...,"durationMs":...}`, both optional, as the whole body is.
result<offer_claim> read_offer(const codec* how, std::string_view body) {
  offer_claim offer;
  if (body.empty()) {
    return offer;
  }
  auto members = payload::read_members(how, body);
  if (!members) {
    return tl::unexpected(std::move(members.error()));
  }
  for (const auto& [name, value] : *members) {
    if (name != "secretKey" && name != "durationMs") {
      continue;
    }
    const auto text = json::read_scalar(value.text);
    if (!text) {
      return fail(error_code::malformed, "Expected a string or a number at $." + name);
    }
    if (name == "secretKey") {
      offer.secret = *text;
      continue;
    }
    const auto duration = parse_integer(*text);
    if (!duration) {
      return fail(error_code::malformed, "Expected a whole number of 64 bits at $.durationMs");
    }
    offer.duration = std::min<milliseconds>(*duration, longest_offer);
  }
  if (json::count_code_points(offer.secret) > longest_secret) {
    return fail(error_code::invalid, "secretKey has more than 255 characters");
  }
  return offer;
}

/// `POST /api/v1/{token}/claim`
class claim_offer final : public device_call {
public:
  void on_request(exchange& request) override {
    auto offer = read_offer(codec(), request.body());
    if (!offer) {
      return refuse(offer.error());
    }
    send(*std::move(offer));
  }
};

} // namespace

void add_claim(router& to) {
  to.add<claim_offer>(method::post, "/api/v1/{token}/claim", {.body_limit = claim_body_limit});
}

} // namespace muster::http
