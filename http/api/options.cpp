#include "http/api/options.hpp"

namespace muster::http {

namespace {

/// A day: longer waits are a mistake in the configuration.
constexpr milliseconds longest = 24 * 60 * 60 * 1000;

} // namespace

std::optional<std::string> api_options::validate() const {
  if (max_poll_timeout < 1 || max_poll_timeout > longest) {
    return "http.max_poll_timeout must be between 1 and 86400000 ms";
  }
  if (default_poll_timeout < 1 || default_poll_timeout > longest) {
    return "http.default_poll_timeout must be between 1 and 86400000 ms";
  }
  return std::nullopt;
}

} // namespace muster::http
