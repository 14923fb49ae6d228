#include "http/rest_api/base_url.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

namespace muster::http::rest {

namespace {

/// What a URL carries as it is, and no shell looks at.
bool unreserved(unsigned char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    if (unreserved(c)) {
      out += static_cast<char>(c);
    } else {
      out.append({'%', digits[c >> 4], digits[c & 15]});
    }
  }
  return out;
}

/// A command for a shell that sends telemetry as the device; `who` stands in the path.
std::string telemetry_command(const std::string& base, const std::string& who,
                              std::string_view more) {
  return "curl -v" + std::string{more} + " -X POST " + base + "/api/v1/" + who +
         "/telemetry --header Content-Type:application/json --data '{\"temperature\":25}'";
}

/// Commands by protocol that work when pasted into a shell.
class connectivity_call final : public device_call {
public:
  explicit connectivity_call(rest_api& api) : device_call{api, {}} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_device_id(path[0]);
  }
  void run(exchange& request) override {
    auto base = base_url(request);
    if (!base) {
      return fail_with(base.error());
    }
    base_ = *std::move(base);
    send<credentials>(device_, read_credentials{}, [this](credentials& access) { show(access); });
  }

  void show(const credentials& access) {
    const std::string_view scheme = base_.starts_with("https") ? "https" : "http";
    std::string commands;
    object_writer to{commands};
    const auto add = [&](std::string_view command) { to.text(scheme, command); };
    if (access.type == credentials_type::access_token) {
      add(telemetry_command(base_, percent_encoded(access.credentials_id), ""));
    } else if (access.type == credentials_type::x509_certificate && scheme == "https") {
      add(telemetry_command(base_, "me", " --cert cert.pem --key key.pem"));
    }
    to.end();
    std::string out;
    object_writer{out}.raw("http", commands).end();
    answer_json(std::move(out));
  }

  std::string base_;
};

} // namespace

void add_connectivity_routes(router& to, rest_api& api) {
  to.add<connectivity_call>(method::get, "/api/device-connectivity/{deviceId}", {}, std::ref(api));
}

} // namespace muster::http::rest
