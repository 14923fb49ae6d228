#include "http/server/trusted_proxies.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace muster::http {

namespace {

constexpr address_bytes mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t mapped_at = 12;
constexpr int mapped_bits = 96;

bool mapped(const address_bytes& address) {
  return std::equal(address.begin(), address.begin() + mapped_at, mapped_prefix.begin());
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace

address_bytes address_of(const sockaddr& from) {
  address_bytes address{};
  if (from.sa_family == AF_INET6) {
    std::memcpy(address.data(), &reinterpret_cast<const sockaddr_in6&>(from).sin6_addr, 16);
  } else if (from.sa_family == AF_INET) {
    address = mapped_prefix;
    std::memcpy(address.data() + mapped_at, &reinterpret_cast<const sockaddr_in&>(from).sin_addr,
                4);
  }
  return address;
}

std::optional<address_bytes> parse_address(std::string_view text) {
  const std::string terminated{text};
  address_bytes address = mapped_prefix;
  if (::inet_pton(AF_INET, terminated.c_str(), address.data() + mapped_at) == 1 ||
      ::inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1)
    return address;
  return std::nullopt;
}

std::string to_text(const address_bytes& address) {
  char text[INET6_ADDRSTRLEN];
  if (mapped(address))
    ::inet_ntop(AF_INET, address.data() + mapped_at, text, sizeof text);
  else
    ::inet_ntop(AF_INET6, address.data(), text, sizeof text);
  return text;
}

result<trusted_proxies> trusted_proxies::parse(std::span<const std::string> networks) {
  trusted_proxies made;
  for (const std::string_view each : networks) {
    const auto slash = each.find('/');
    const auto address = parse_address(each.substr(0, slash));
    if (!address)
      return fail(error_code::invalid, "http.trusted_proxies: no network: " + std::string{each});
    const int offset = mapped(*address) ? mapped_bits : 0;
    int bits = 128 - offset;
    if (slash != std::string_view::npos) {
      const auto text = each.substr(slash + 1);
      const auto most = bits;
      const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), bits);
      if (failed != std::errc{} || end != text.data() + text.size() || bits < 0 || bits > most)
        return fail(error_code::invalid, "http.trusted_proxies: bad prefix: " + std::string{each});
    }
    made.networks_.push_back({*address, bits + offset});
  }
  return made;
}

bool trusted_proxies::contains(const address_bytes& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const network& each) {
    const auto bytes = static_cast<std::size_t>(each.bits / 8);
    if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(bytes),
                    each.address.begin()))
      return false;
    const int rest = each.bits % 8;
    return rest == 0 || ((address[bytes] ^ each.address[bytes]) >> (8 - rest)) == 0;
  });
}

address_bytes trusted_proxies::client(const address_bytes& peer,
                                      std::string_view forwarded_for) const {
  auto client = peer;
  while (contains(client) && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const auto last =
        comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
    const auto named = parse_address(trimmed(last));
    if (!named)
      break;
    client = *named;
    forwarded_for =
        comma == std::string_view::npos ? std::string_view{} : forwarded_for.substr(0, comma);
  }
  return client;
}

} // namespace muster::http
