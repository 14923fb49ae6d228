#include "http/api/device_credentials.hpp"

#include "http/json/utf8.hpp"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>

namespace muster::http {

namespace {

constexpr std::size_t longest_token = 255;

/// In the order of the enumeration.
constexpr std::array<std::string_view, 4> type_names{"ACCESS_TOKEN", "X509_CERTIFICATE",
                                                     "MQTT_BASIC", "LWM2M_CREDENTIALS"};

bool blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

/// A certificate without its frame and line ends: what it is known by.
std::string bare_certificate(std::string text) {
  for (const std::string_view frame :
       {"-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "\n", "\r"}) {
    for (auto at = text.find(frame); at != std::string::npos; at = text.find(frame, at)) {
      text.erase(at, frame.size());
    }
  }
  return text;
}

result<void> complete_certificate(credentials& access) {
  if (!access.credentials_value || blank(*access.credentials_value)) {
    return fail(error_code::invalid, "Certificate should be specified!");
  }
  access.credentials_value = bare_certificate(std::move(*access.credentials_value));
  access.credentials_id = sha3_text(*access.credentials_value);
  return {};
}

/// Member of the MQTT credentials' object; empty for none and for null, nothing for no text.
std::optional<std::string> text_member(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) {
    return std::string{};
  }
  return found->is_string() ? std::optional{found->get<std::string>()} : std::nullopt;
}

result<void> complete_mqtt(credentials& access) {
  const auto body = nlohmann::json::parse(access.credentials_value.value_or(""), nullptr, false);
  if (!body.is_object()) {
    return fail(error_code::invalid, "Invalid credentials body for simple mqtt credentials!");
  }
  const auto client = text_member(body, "clientId");
  const auto name = text_member(body, "userName");
  const auto password = text_member(body, "password");
  if (!client || !name || !password) {
    return fail(error_code::invalid, "Invalid credentials body for simple mqtt credentials!");
  }
  if (client->empty() && name->empty()) {
    return fail(error_code::invalid, "Both mqtt client id and user name are empty!");
  }
  if (name->empty() && !password->empty()) {
    return fail(error_code::invalid, "Password cannot be specified along with client id");
  }
  const bool both = !client->empty() && !name->empty();
  access.credentials_id = sha3_text(*client + (both ? "|" : "") + *name);
  return {};
}

} // namespace

std::string_view credentials_type_name(credentials_type type) noexcept {
  return type_names[static_cast<std::size_t>(type)];
}

std::optional<credentials_type> credentials_type_from_name(std::string_view name) noexcept {
  const auto found = std::ranges::find(type_names, name);
  if (found == type_names.end()) {
    return std::nullopt;
  }
  return static_cast<credentials_type>(found - type_names.begin());
}

result<void> complete_credentials(credentials& access) {
  switch (access.type) {
  case credentials_type::x509_certificate:
    return complete_certificate(access);
  case credentials_type::mqtt_basic:
    return complete_mqtt(access);
  case credentials_type::access_token:
    access.credentials_value.reset();
    if (blank(access.credentials_id)) {
      break;
    }
    return check_access_token(access.credentials_id);
  case credentials_type::lwm2m:
    break;
  }
  if (blank(access.credentials_id)) {
    return fail(error_code::invalid, "Device credentials id should be specified!");
  }
  if (json::count_code_points(access.credentials_id) > longest_token) {
    return fail(error_code::invalid, "credentialsId length must be equal or less than 255");
  }
  return {};
}

result<void> check_access_token(std::string_view token) {
  // `/api/v1/me/...` takes its token from a header.
  if (token == "me") {
    return fail(error_code::invalid, "'me' cannot be a token");
  }
  const std::size_t characters = json::count_code_points(token);
  if (characters == 0 || characters > longest_token) {
    return fail(error_code::invalid, "A token must have 1 to 255 characters");
  }
  while (!token.empty()) {
    const auto point = json::first_code_point(token);
    if (!point || point->value < 0x20 || (point->value >= 0x7F && point->value < 0xA0) ||
        point->value == '/') {
      return fail(error_code::invalid, "A token must not contain slashes or control characters");
    }
    token.remove_prefix(point->length);
  }
  return {};
}

std::string certificate_id(std::string_view der) {
  std::string base64(4 * ((der.size() + 2) / 3) + 1, '\0');
  const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                                      reinterpret_cast<const unsigned char*>(der.data()),
                                      static_cast<int>(der.size()));
  base64.resize(static_cast<std::size_t>(written));
  return sha3_text(base64);
}

std::string sha3_text(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha3_256(), nullptr) != 1) {
    throw std::bad_alloc{};
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4];
    hex += digits[digest[i] & 15];
  }
  return hex;
}

} // namespace muster::http
