#include "http/api/errors.hpp"

#include "http/json/writer.hpp"

namespace muster::http {

namespace {

constexpr std::string_view retry_seconds = "1";

/// What is said where an error brings no words of its own.
std::string_view usual_message(error_code code) noexcept {
  switch (code) {
  case error_code::invalid:
    return "Invalid request";
  case error_code::malformed:
    return "Invalid JSON";
  case error_code::unauthorized:
    return "Unauthorized";
  case error_code::forbidden:
    return "Forbidden";
  case error_code::not_found:
    return "Not found";
  case error_code::already_exists:
    return "Exists already";
  case error_code::version_conflict:
    return "Changed by somebody else meanwhile";
  case error_code::poll_timeout:
  case error_code::rpc_timeout:
    return "Nothing happened in time";
  case error_code::rpc_undelivered:
    return "Not delivered in time";
  case error_code::rpc_reply_not_json:
    return "The device's reply is not JSON";
  case error_code::rate_limited:
    return "Too many requests";
  case error_code::overloaded:
    return "Overloaded, try again later";
  case error_code::storage_unavailable:
    return "Storage takes no writes at present";
  case error_code::shutting_down:
    return "Shutting down";
  case error_code::wrong_owner:
    return "The device is moving to another node";
  case error_code::internal:
    break;
  }
  return "Internal error";
}

} // namespace

int status_of(error_code code) noexcept {
  switch (code) {
  case error_code::invalid:
  case error_code::malformed:
  case error_code::already_exists:
    return 400;
  case error_code::unauthorized:
    return 401;
  case error_code::forbidden:
    return 403;
  case error_code::not_found:
    return 404;
  case error_code::version_conflict:
  case error_code::rpc_undelivered:
    return 409;
  case error_code::poll_timeout:
  case error_code::rpc_timeout:
    return 408;
  case error_code::rpc_reply_not_json:
    return 406;
  case error_code::rate_limited:
    return 429;
  case error_code::overloaded:
  case error_code::storage_unavailable:
  case error_code::shutting_down:
  case error_code::wrong_owner:
    return 503;
  case error_code::internal:
    break;
  }
  return 500;
}

response device_error(const error& what, timestamp now) {
  const int status = status_of(what.code);
  if (status == 401 || status == 408) {
    return response{status};
  }
  const std::string_view message =
      what.message.empty() ? usual_message(what.code) : std::string_view{what.message};
  auto answer = error_response(status, message, now);
  add_retry(answer, what.code);
  return answer;
}

response rate_limited(milliseconds wait, timestamp now) {
  return error_response(429, usual_message(error_code::rate_limited), now)
      .header("Retry-After", std::to_string((wait + 999) / 1000));
}

response error_json(int status, std::string_view message, int error_code, timestamp now) {
  std::string body = R"({"status":)";
  json::append_integer(body, status);
  body.append(R"(,"message":)");
  json::append_string(body, message);
  body.append(R"(,"errorCode":)");
  json::append_integer(body, error_code);
  body.append(R"(,"timestamp":)");
  json::append_integer(body, now);
  body.push_back('}');
  return {status, json_type, std::move(body)};
}

void add_retry(response& answer, error_code code) {
  if (answer.status == 429 || answer.status == 503) {
    answer.header("Retry-After", retry_seconds);
  }
  answer.close = answer.close || code == error_code::shutting_down;
}

} // namespace muster::http
