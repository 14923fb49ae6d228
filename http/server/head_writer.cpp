#include "http/server/head_writer.hpp"

#include <charconv>
#include <ctime>

namespace muster::http {

namespace {

struct status_text {
  int status;
  std::string_view reason;
};

constexpr status_text status_texts[] = {
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

std::string_view reason(int status) {
  for (const auto& each : status_texts)
    if (each.status == status)
      return each.reason;
  return {};
}

template <class Number>
void append_number(std::string& out, Number number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

/// Neither 1xx, 204 nor 304 have a body or a length.
bool bodiless(int status) {
  return status < 200 || status == 204 || status == 304;
}

} // namespace

void head_writer::write(std::string& out, const response& answer, const head_facts& facts,
                        std::optional<std::uint64_t> length, timestamp now) {
  if (const auto second = now / 1000; second != second_) {
    second_ = second;
    const std::time_t time = second;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char date[64];
    // Not by the locale's names: nothing sets a locale here.
    const auto size =
        std::strftime(date, sizeof date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    common_.assign(date, size);
    common_ += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  }
  if (answer.status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
  } else {
    out += "HTTP/1.1 ";
    append_number(out, answer.status);
    out += ' ';
    out += reason(answer.status);
    out += "\r\n";
  }
  out += common_;
  if (!answer.content_type.empty()) {
    out += "Content-Type: ";
    out += answer.content_type;
    out += "\r\n";
  }
  if (length && !bodiless(answer.status)) {
    out += "Content-Length: ";
    append_number(out, *length);
    out += "\r\n";
  } else if (facts.chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  }
  if (!facts.origin.empty()) {
    out += "Access-Control-Allow-Origin: ";
    out += facts.origin;
    out += "\r\nAccess-Control-Allow-Credentials: true\r\n";
  }
  out += answer.extra_headers;
  if (facts.close)
    out += "Connection: close\r\n";
  else if (facts.version < 11)
    out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

} // namespace muster::http
