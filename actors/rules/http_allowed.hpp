#pragma once

#include "actors/model/error.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// An address of either kind as the 16 bytes of an IPv6 one; those of IPv4 are mapped.
using network_address = std::array<std::uint8_t, 16>;

/// nullopt: the text is no address.
std::optional<network_address> parse_address(std::string_view text);

/// Which servers rule chains may call. A host's name says nothing of where it leads, so what counts
/// is the address that is connected to. Immutable.
class http_allowed {
public:
  /// All but link-local ones and those at which clouds tell their machines' secrets.
  http_allowed() = default;
  /// A list of networks ("10.0.0.0/8"), addresses and hosts, separated by commas: only these;
  /// empty: as by default. Error: invalid, with the part that cannot be read.
  static result<http_allowed> parse(std::string_view list);

  /// `host` as the URL names it.
  bool allows(std::string_view host, const network_address& address) const;

private:
  struct network {
    network_address first{};
    /// Of the 128.
    int bits = 0;
  };
  static result<network> parse_network(std::string_view text);
  static bool lies_in(const network& which, const network_address& address) noexcept;

  bool listed_ = false;
  std::vector<network> networks_;
  /// In lower case.
  std::vector<std::string> hosts_;
};

} // namespace muster
