#pragma once

#include "actors/model/error.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace muster::http {

/// An IP address of either family in sixteen bytes; IPv4 as IPv4-mapped IPv6.
using address_bytes = std::array<std::uint8_t, 16>;

/// The address in `from`; all zero for a family that is not IP.
[[nodiscard]] address_bytes address_of(const sockaddr& from);
[[nodiscard]] std::optional<address_bytes> parse_address(std::string_view text);
[[nodiscard]] std::string to_text(const address_bytes& address);

/// The networks whose word about the client counts. Immutable.
class trusted_proxies {
public:
  /// `networks`: addresses with or without a prefix length, as in "10.0.0.0/8" and "::1".
  [[nodiscard]] static result<trusted_proxies> parse(std::span<const std::string> networks);

  [[nodiscard]] bool empty() const { return networks_.empty(); }
  [[nodiscard]] bool contains(const address_bytes& address) const;
  /// The client behind `peer`: from the right of X-Forwarded-For, the first that is no proxy of
  /// ours.
  [[nodiscard]] address_bytes client(const address_bytes& peer,
                                     std::string_view forwarded_for) const;

private:
  struct network {
    address_bytes address;
    int bits;
  };
  std::vector<network> networks_;
};

} // namespace muster::http
