#include "http/server/logged_path.hpp"

#include <algorithm>
#include <array>

namespace muster::http {

namespace {

constexpr std::string_view device_api = "/api/v1/";

constexpr std::array<std::string_view, 37> words{"",
                                                 "api",
                                                 "v1",
                                                 "telemetry",
                                                 "attributes",
                                                 "updates",
                                                 "rpc",
                                                 "health",
                                                 "live",
                                                 "ready",
                                                 "metrics",
                                                 "auth",
                                                 "login",
                                                 "token",
                                                 "logout",
                                                 "user",
                                                 "changePassword",
                                                 "tenant",
                                                 "customer",
                                                 "device",
                                                 "devices",
                                                 "device-with-credentials",
                                                 "credentials",
                                                 "info",
                                                 "plugins",
                                                 "oneway",
                                                 "twoway",
                                                 "persistent",
                                                 "DEVICE",
                                                 "CLIENT_SCOPE",
                                                 "SERVER_SCOPE",
                                                 "SHARED_SCOPE",
                                                 "keys",
                                                 "values",
                                                 "timeseries",
                                                 "delete",
                                                 "history"};

constexpr std::array<std::string_view, 6> with_ids{
    "/api/customer/", "/api/device/", "/api/device-with-credentials/",
    "/api/plugins/",  "/api/rpc/",    "/api/tenant/"};

bool is_word(std::string_view segment) {
  return std::ranges::find(words, segment) != words.end();
}

bool is_id(std::string_view segment) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(segment, shape, [](char c, char wanted) {
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return wanted == '-' ? c == '-' : hex;
  });
}

} // namespace

std::string logged_path(std::string_view path) {
  const bool device = path.starts_with(device_api);
  const bool ids = std::ranges::any_of(
      with_ids, [path](std::string_view prefix) { return path.starts_with(prefix); });
  std::string shown;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const auto end = std::min(path.find('/', begin), path.size());
    const auto segment = path.substr(begin, end - begin);
    // A token may be spelt like a word.
    const bool token = device && begin == device_api.size();
    shown += !token && (is_word(segment) || (ids && is_id(segment))) ? segment : "***";
    shown += end < path.size() ? "/" : "";
    begin = end + 1;
  }
  return shown;
}

} // namespace muster::http
