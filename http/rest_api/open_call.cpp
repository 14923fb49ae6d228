#include "http/rest_api/open_call.hpp"

#include "http/json/writer.hpp"
#include "http/rest_api/member_reader.hpp"

namespace muster::http::rest {

namespace {

constexpr std::size_t shortest_password = 6;

} // namespace

std::string pair_json(const token_pair& tokens) {
  std::string out = "{\"token\":";
  json::append_string(out, tokens.access);
  out += ",\"refreshToken\":";
  json::append_string(out, tokens.refresh);
  out += '}';
  return out;
}

std::optional<std::string> filled_member(const result<body_members>& body, std::string_view name) {
  if (!body) {
    return std::nullopt;
  }
  auto text = body->text(name);
  if (!text || !*text || blank(**text)) {
    return std::nullopt;
  }
  return std::move(**text);
}

result<void> check_new_password(std::string_view password) {
  if (password.size() < shortest_password) {
    return fail(error_code::invalid, "Password must be 6 or more characters in length.");
  }
  return {};
}

} // namespace muster::http::rest
