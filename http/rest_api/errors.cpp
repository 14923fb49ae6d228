#include "http/rest_api/errors.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace muster::http::rest {

namespace {

struct shape {
  int status;
  fault_code code;
  std::string_view message;
};

/// The table from errors to answers; the message stands where the error has none of its own.
shape shape_of(error_code code) {
  switch (code) {
  case error_code::invalid:
    return {400, fault_code::bad_request, "Invalid request"};
  case error_code::malformed:
    return {400, fault_code::bad_request, "Invalid request body"};
  case error_code::already_exists:
    return {400, fault_code::bad_request, "Such an item already exists"};
  case error_code::unauthorized:
    return {401, fault_code::authentication, "Authentication failed"};
  case error_code::forbidden:
    return {403, fault_code::permission, no_permission};
  case error_code::not_found:
    return {404, fault_code::not_found, no_such_item};
  case error_code::rpc_reply_not_json:
    return {406, fault_code::general, "The device's reply is not JSON"};
  case error_code::poll_timeout:
  case error_code::rpc_timeout:
  case error_code::rpc_undelivered:
    return {408, fault_code::general, "Request timeout"};
  case error_code::version_conflict:
    return {409, fault_code::version_conflict, "The item was changed by somebody else"};
  case error_code::rate_limited:
    return {429, fault_code::too_many_requests, "Too many requests for current tenant!"};
  case error_code::overloaded:
    return {503, fault_code::general, "Overloaded, try again later"};
  case error_code::storage_unavailable:
    return {503, fault_code::general, "The storage takes no writes at the moment"};
  case error_code::shutting_down:
    return {503, fault_code::general, "The server is shutting down"};
  case error_code::wrong_owner:
    return {503, fault_code::general, "The device is moving to another node"};
  case error_code::internal:
    break;
  }
  return {500, fault_code::general, "Internal server error"};
}

std::string_view message_of(const error& what, const shape& as) {
  // What went wrong inside is for the log, not for strangers.
  const bool own = !what.message.empty() && what.code != error_code::internal;
  return own ? std::string_view{what.message} : as.message;
}

} // namespace

response fault(int status, fault_code code, std::string_view message, timestamp now) {
  const nlohmann::ordered_json body = {{"status", status},
                                       {"message", message},
                                       {"errorCode", static_cast<int>(code)},
                                       {"timestamp", now}};
  return {status, json_type,
          body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

response fault(const error& what, timestamp now) {
  const shape as = shape_of(what.code);
  response answer = fault(as.status, as.code, message_of(what, as), now);
  if (as.status == 503 || as.status == 429) {
    answer.header("Retry-After", "1");
  }
  return answer;
}

response text_fault(const error& what, timestamp now) {
  const shape as = shape_of(what.code);
  if (as.status == 400 || as.status == 403 || as.status == 404) {
    return {as.status, text_type, std::string{message_of(what, as)}};
  }
  return fault(what, now);
}

response too_many_tries(milliseconds wait, timestamp now) {
  response answer =
      fault(429, fault_code::too_many_requests, "Too many failed attempts, try again later", now);
  answer.header("Retry-After", std::to_string((wait + 999) / 1000));
  return answer;
}

} // namespace muster::http::rest
