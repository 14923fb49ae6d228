#include "http/rest_api/rpc_body.hpp"

#include "http/api/query.hpp"
#include "http/json/number.hpp"
#include "http/rest_api/body.hpp"

#include <algorithm>
#include <limits>

namespace muster::http::rest {

namespace {

constexpr milliseconds default_timeout = 10'000;

/// A number as clients of the real server may write it: decimals are cut, a string may hold it, and
/// anything else counts as 0.
std::int64_t loose_number(const json_text& document) {
  if (const auto text = string_of(document)) {
    return parse_integer(*text).value_or(0);
  }
  return json::is_json_number(document.text) ? json::truncated(document.text).value_or(0) : 0;
}

timestamp expiration_of(const body_members& body, milliseconds min_timeout, timestamp now) {
  if (const json_text* at = body.document("expirationTime")) {
    return loose_number(*at);
  }
  const json_text* timeout = body.document("timeout");
  const milliseconds asked = timeout != nullptr ? loose_number(*timeout) : default_timeout;
  const milliseconds wait = std::max(asked, min_timeout);
  return wait > std::numeric_limits<timestamp>::max() - now ? std::numeric_limits<timestamp>::max()
                                                            : now + wait;
}

/// Numbers and booleans are taken as their text.
result<std::string> method_of(const body_members& body) {
  const json_text* document = body.document("method");
  if (document == nullptr) {
    return fail(error_code::invalid, "Method must be specified!");
  }
  if (document->text.starts_with('{') || document->text.starts_with('[')) {
    return fail(error_code::invalid, "Method must be a string!");
  }
  return string_of(*document).value_or(document->text);
}

result<uuid> request_id_of(const body_members& body) {
  const auto text = body.text("requestUUID");
  if (!text) {
    return tl::unexpected{text.error()};
  }
  return *text ? read_uuid(**text) : random_uuid();
}

result<std::optional<std::uint32_t>> retries_of(const body_members& body) {
  const auto number = body.integer("retries");
  if (!number) {
    return tl::unexpected{number.error()};
  }
  if (!*number) {
    return std::optional<std::uint32_t>{};
  }
  if (**number < 0 || **number > std::numeric_limits<std::int32_t>::max()) {
    return fail(error_code::invalid, "Member 'retries' must not be negative");
  }
  return static_cast<std::uint32_t>(**number);
}

} // namespace

result<rpc_request> read_rpc_body(std::string_view text, milliseconds min_timeout, timestamp now) {
  const auto body = body_members::read(text);
  if (!body) {
    return tl::unexpected{body.error()};
  }
  auto method = method_of(*body);
  const auto id = request_id_of(*body);
  const auto persistent = body->boolean("persistent");
  const auto retries = retries_of(*body);
  if (!method) {
    return tl::unexpected{method.error()};
  }
  if (!id || !persistent || !retries) {
    return tl::unexpected{!id ? id.error() : !persistent ? persistent.error() : retries.error()};
  }
  rpc_request request;
  request.request_id = *id;
  request.persistent = persistent->value_or(false);
  request.method = std::move(*method);
  request.params = body->document_or_null("params");
  request.expiration = expiration_of(*body, min_timeout, now);
  request.retries = *retries;
  request.additional_info = body->document_or_null("additionalInfo");
  return request;
}

} // namespace muster::http::rest
