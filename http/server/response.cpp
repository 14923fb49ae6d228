#include "http/server/response.hpp"

#include "http/server/exchange.hpp"

#include <nlohmann/json.hpp>

namespace muster::http {

response::response() = default;
response::response(int code) : status{code} {}
response::response(int code, std::string_view type, std::string text)
    : status{code}, content_type{type}, body{std::move(text)} {}
response::response(response&&) noexcept = default;
response& response::operator=(response&&) noexcept = default;
response::~response() = default;

response& response::header(std::string_view name, std::string_view value) & {
  extra_headers.append(name).append(": ");
  const auto start = extra_headers.size();
  extra_headers.append(value);
  // What clients chose may be echoed here; it must not end the line.
  for (auto at = start; at < extra_headers.size(); ++at)
    if (const auto c = static_cast<unsigned char>(extra_headers[at]); c < ' ' || c == 127)
      extra_headers[at] = ' ';
  extra_headers.append("\r\n");
  return *this;
}

response&& response::header(std::string_view name, std::string_view value) && {
  return std::move(header(name, value));
}

response error_response(int status, std::string_view message, timestamp now) {
  const int code = status == 404 ? 32 : status == 429 ? 33 : status >= 500 ? 2 : 31;
  std::string text = R"({"status":)" + std::to_string(status) + R"(,"message":)";
  // What does not read as UTF-8 is shown as U+FFFD.
  text += nlohmann::json(message).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text +=
      R"(,"errorCode":)" + std::to_string(code) + R"(,"timestamp":)" + std::to_string(now) + "}";
  return {status, json_type, std::move(text)};
}

verdict verdict::accept(std::uint64_t limit) {
  verdict made;
  made.body_limit = limit;
  return made;
}

verdict verdict::stream(std::uint64_t limit) {
  auto made = accept(limit);
  made.what = kind::streamed;
  return made;
}

verdict verdict::refuse(response answer) {
  verdict made;
  made.what = kind::refused;
  made.answer = std::make_unique<response>(std::move(answer));
  return made;
}

verdict verdict::wait() {
  verdict made;
  made.what = kind::waiting;
  return made;
}

} // namespace muster::http
