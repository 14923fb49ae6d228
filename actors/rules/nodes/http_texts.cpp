#include "actors/rules/nodes/http_texts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace muster {

namespace {

using known_status = std::pair<int, std::string_view>;

/// In the order of the numbers.
constexpr std::array statuses{
    known_status{200, "OK"},
    known_status{201, "Created"},
    known_status{202, "Accepted"},
    known_status{203, "Non-Authoritative Information"},
    known_status{204, "No Content"},
    known_status{205, "Reset Content"},
    known_status{206, "Partial Content"},
    known_status{207, "Multi-Status"},
    known_status{300, "Multiple Choices"},
    known_status{301, "Moved Permanently"},
    known_status{302, "Found"},
    known_status{303, "See Other"},
    known_status{304, "Not Modified"},
    known_status{307, "Temporary Redirect"},
    known_status{308, "Permanent Redirect"},
    known_status{400, "Bad Request"},
    known_status{401, "Unauthorized"},
    known_status{402, "Payment Required"},
    known_status{403, "Forbidden"},
    known_status{404, "Not Found"},
    known_status{405, "Method Not Allowed"},
    known_status{406, "Not Acceptable"},
    known_status{407, "Proxy Authentication Required"},
    known_status{408, "Request Timeout"},
    known_status{409, "Conflict"},
    known_status{410, "Gone"},
    known_status{411, "Length Required"},
    known_status{412, "Precondition Failed"},
    known_status{413, "Payload Too Large"},
    known_status{414, "URI Too Long"},
    known_status{415, "Unsupported Media Type"},
    known_status{416, "Requested Range Not Satisfiable"},
    known_status{417, "Expectation Failed"},
    known_status{422, "Unprocessable Entity"},
    known_status{423, "Locked"},
    known_status{424, "Failed Dependency"},
    known_status{425, "Too Early"},
    known_status{426, "Upgrade Required"},
    known_status{428, "Precondition Required"},
    known_status{429, "Too Many Requests"},
    known_status{431, "Request Header Fields Too Large"},
    known_status{451, "Unavailable For Legal Reasons"},
    known_status{500, "Internal Server Error"},
    known_status{501, "Not Implemented"},
    known_status{502, "Bad Gateway"},
    known_status{503, "Service Unavailable"},
    known_status{504, "Gateway Timeout"},
    known_status{505, "HTTP Version Not Supported"},
    known_status{507, "Insufficient Storage"},
    known_status{508, "Loop Detected"},
    known_status{511, "Network Authentication Required"},
};
static_assert(std::is_sorted(statuses.begin(), statuses.end()));

bool is_token(char c) noexcept {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         others.find(c) != std::string_view::npos;
}

} // namespace

std::string_view http_reason(int status) noexcept {
  const auto found = std::lower_bound(statuses.begin(), statuses.end(), status,
                                      [](const auto& one, int asked) { return one.first < asked; });
  return found != statuses.end() && found->first == status ? found->second : std::string_view();
}

std::string http_status_name(int status) {
  std::string name(http_reason(status));
  for (char& c : name) {
    c = c == ' ' || c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name.empty() ? std::to_string(status) : name;
}

bool is_header(std::string_view name, std::string_view text) noexcept {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token) &&
         text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos &&
         !same_header(name, "Content-Length") && !same_header(name, "Transfer-Encoding");
}

bool same_header(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

} // namespace muster
