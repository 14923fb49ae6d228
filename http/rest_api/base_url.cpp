#include "http/rest_api/base_url.hpp"

#include <algorithm>

namespace muster::http::rest {

namespace {

/// A name, an address or an address in brackets, and a port: nothing that a shell or a mail program
/// would take for its own.
bool plain_host(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
  });
}

} // namespace

result<std::string> base_url(const exchange& request) {
  const auto host = request.host();
  if (!plain_host(host)) {
    return fail(error_code::invalid, "The Host header must name this server");
  }
  return std::string{request.secure() ? "https://" : "http://"}.append(host);
}

} // namespace muster::http::rest
