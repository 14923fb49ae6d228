#include "http/device_api/device_call.hpp"
#include "http/device_api/resources.hpp"
#include "http/json/utf8.hpp"
#include "http/json/writer.hpp"

#include <cstdint>
#include <limits>
#include <utility>

namespace muster::http {

namespace {

/// The text with a replacement character for each byte that is not UTF-8.
std::string readable(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const auto good = std::min(json::find_invalid_utf8(bytes), bytes.size());
    text.append(bytes.substr(0, good));
    bytes.remove_prefix(good);
    if (!bytes.empty()) {
      text.append("\uFFFD");
      bytes.remove_prefix(1);
    }
  }
  return text;
}

/// `POST /api/v1/{token}/rpc/{id}`
class rpc_reply final : public device_call {
public:
  result<void> read_parameters(const exchange&, const path_parameters& path) override {
    using limits = std::numeric_limits<std::int32_t>;
    const auto number = parse_integer(path[1]);
    if (!number || *number < limits::min() || *number > limits::max()) {
      return fail(error_code::invalid, "The RPC's id must be a whole number of 32 bits");
    }
    // Numbers begin at 1: a smaller one names no RPC, like 0.
    answered_.number = *number > 0 ? static_cast<rpc_number>(*number) : 0;
    return {};
  }

  void on_request(exchange& request) override {
    const std::string_view body = request.body();
    if (body.empty()) {
      answered_.kind = answer_rpc::form::empty;
    } else if (auto strict = payload::read_reply(codec(), body)) {
      answered_.kind = answer_rpc::form::json;
      answered_.response = *std::move(strict);
    } else {
      answered_.kind = answer_rpc::form::not_json;
      answered_.response.text = R"({"error":)";
      json::append_string(answered_.response.text, readable(body));
      answered_.response.text.push_back('}');
    }
    send(std::move(answered_));
  }

private:
  answer_rpc answered_;
};

} // namespace

void add_rpc_reply(router& to) {
  to.add<rpc_reply>(method::post, "/api/v1/{token}/rpc/{id}",
                    {.body_limit = rpc_body_limit, .body_required = true});
}

} // namespace muster::http
