#include "http/server/options.hpp"

#include "http/server/trusted_proxies.hpp"

namespace muster::http {

std::optional<std::string> server_options::validate() const {
  if (!parse_address(address))
    return "http.address: not an IP address: " + address;
  if (tls.certificate.empty() != tls.key.empty())
    return "http.tls.cert and http.tls.key: one without the other";
  if (tls.port && tls.certificate.empty())
    return "http.tls.port: HTTPS needs http.tls.cert and http.tls.key";
  if (!port && tls.certificate.empty())
    return "http.port: off, and no HTTPS either";
  if (threads > 256)
    return "http.threads: at most 256";
  if (max_connections == 0)
    return "http.max_connections: at least 1";
  const std::pair<const char*, milliseconds> spans[] = {
      {"http.head_timeout", head_timeout},
      {"http.body_timeout", body_timeout},
      {"http.write_timeout", write_timeout},
      {"http.idle_timeout", idle_timeout},
      {"http.tls.handshake_timeout", tls.handshake_timeout}};
  constexpr milliseconds day = 86'400'000;
  for (const auto& [name, span] : spans)
    if (span < 1 || span > day)
      return std::string{name} + ": from 1 ms to a day";
  if (const auto parsed = http::trusted_proxies::parse(trusted_proxies); !parsed)
    return parsed.error().message;
  return std::nullopt;
}

} // namespace muster::http
