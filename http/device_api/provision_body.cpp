#include "http/device_api/provision_body.hpp"

#include "http/api/device_credentials.hpp"
#include "http/codec/payload.hpp"
#include "http/json/utf8.hpp"
#include "http/json/writer.hpp"

#include <algorithm>
#include <utility>

namespace muster::http {

namespace {

constexpr std::size_t longest_name = 255;

/// Reads members as text, as a number or boolean may stand for one; the first error stays.
class member_texts {
public:
  explicit member_texts(const std::vector<json::member>& members) : members_{members} {}

  std::optional<std::string> optional(std::string_view name) {
    const auto found = std::ranges::find(members_, name, &json::member::first);
    if (found == members_.end()) {
      return std::nullopt;
    }
    auto text = json::read_scalar(found->second.text);
    if (!text) {
      refuse("Expected a string at $." + std::string{name});
      return std::nullopt;
    }
    return *std::move(text);
  }
  std::string required(std::string_view name) {
    auto text = optional(name);
    if (!text) {
      refuse("Expected a string at $." + std::string{name});
    }
    return std::move(text).value_or("");
  }
  bool boolean(std::string_view name) {
    const auto text = optional(name).value_or("false");
    if (text != "true" && text != "false") {
      refuse("Expected a boolean at $." + std::string{name});
    }
    return text == "true";
  }
  credentials_type type(std::string_view name) {
    const auto text = optional(name).value_or("ACCESS_TOKEN");
    const auto found = credentials_type_from_name(text);
    if (!found) {
      refuse("Unknown credentials type at $." + std::string{name});
    }
    return found.value_or(credentials_type::access_token);
  }

  void refuse(std::string message) {
    if (!fault) {
      fault = error{error_code::malformed, std::move(message)};
    }
  }

  std::optional<error> fault;

private:
  const std::vector<json::member>& members_;
};

/// What a device may say of the credentials that it wants.
struct wanted_credentials {
  credentials_type type = credentials_type::access_token;
  std::string token;
  std::string client;
  std::string user;
  std::string password;
  std::string certificate;

  [[nodiscard]] bool none() const {
    return token.empty() && client.empty() && user.empty() && password.empty() &&
           certificate.empty();
  }
};

void append_member(std::string& out, std::string_view name, const std::string& text) {
  out += out.size() > 1 ? "," : "";
  json::append_name(out, name);
  text.empty() ? static_cast<void>(out += "null") : json::append_string(out, text);
}

credentials make_credentials(wanted_credentials&& wanted) {
  credentials access;
  access.type = wanted.type;
  switch (wanted.type) {
  case credentials_type::access_token:
    access.credentials_id = std::move(wanted.token);
    break;
  case credentials_type::x509_certificate:
    access.credentials_value = std::move(wanted.certificate);
    break;
  case credentials_type::mqtt_basic: {
    std::string text = "{";
    append_member(text, "clientId", wanted.client);
    append_member(text, "userName", wanted.user);
    append_member(text, "password", wanted.password);
    access.credentials_value = text + '}';
    break;
  }
  case credentials_type::lwm2m:
    break;
  }
  if (!complete_credentials(access)) {
    access.credentials_id.clear();
  }
  return access;
}

} // namespace

result<provision_device> read_provision_body(const codec* how, std::string_view body) {
  const auto members = payload::read_members(how, body);
  if (!members) {
    return tl::unexpected(members.error());
  }
  member_texts from{*members};
  provision_device read;
  read.name = from.optional("deviceName");
  if (json::count_code_points(read.name.value_or("")) > longest_name) {
    from.refuse("deviceName has more than 255 characters");
  }
  read.key = from.required("provisionDeviceKey");
  read.secret = from.required("provisionDeviceSecret");
  read.gateway = from.boolean("gateway");
  wanted_credentials wanted;
  wanted.type = from.type("credentialsType");
  wanted.token = from.optional("token").value_or("");
  wanted.client = from.optional("clientId").value_or("");
  wanted.user = from.optional("username").value_or("");
  wanted.password = from.optional("password").value_or("");
  wanted.certificate = from.optional("hash").value_or("");
  if (from.fault) {
    return tl::unexpected(*std::move(from.fault));
  }
  if (!wanted.none()) {
    read.access = make_credentials(std::move(wanted));
  }
  return read;
}

std::string provisioned_json(const credentials& access) {
  std::string out = R"({"credentialsValue":)";
  switch (access.type) {
  case credentials_type::access_token:
    json::append_string(out, access.credentials_id);
    break;
  case credentials_type::x509_certificate:
    json::append_string(out, access.credentials_value.value_or(""));
    break;
  case credentials_type::mqtt_basic:
  case credentials_type::lwm2m:
    // What an application has saved is text that need not be JSON.
    const auto value = json::read_strict(access.credentials_value.value_or("null"));
    out += value ? value->text : "null";
  }
  out += R"(,"credentialsType":")";
  out += credentials_type_name(access.type);
  out += R"(","status":"SUCCESS"})";
  return out;
}

} // namespace muster::http
