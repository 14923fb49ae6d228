#include "actors/rules/http_allowed.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace muster {

namespace {

/// Link-local ones of both kinds, "this network", and where clouds answer their machines (AWS, GCP
/// and Azure within 169.254.0.0/16; Azure, Alibaba, AWS by IPv6).
constexpr std::array<std::string_view, 6> forbidden{"169.254.0.0/16",  "fe80::/10",
                                                    "0.0.0.0/8",       "168.63.129.16",
                                                    "100.100.100.200", "fd00:ec2::254"};

constexpr network_address mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t v4_at = 12;

/// An IPv4 address that is wrapped for a translator (RFC 6052) leads where that one does.
network_address unwrap(network_address address) noexcept {
  constexpr network_address translated{0x00, 0x64, 0xff, 0x9b};
  if (std::equal(translated.begin(), translated.begin() + v4_at, address.begin())) {
    std::copy_n(mapped.begin(), v4_at, address.begin());
  }
  return address;
}

std::string lower_host(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (made.ends_with('.')) {
    made.pop_back();
  }
  return made;
}

std::string_view without_spaces(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  const auto last = text.find_last_not_of(" \t");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, last - first + 1);
}

bool is_host(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

} // namespace

std::optional<network_address> parse_address(std::string_view text) {
  const std::string ended(text);
  network_address read{};
  if (inet_pton(AF_INET6, ended.c_str(), read.data()) == 1) {
    return read;
  }
  read = mapped;
  return inet_pton(AF_INET, ended.c_str(), read.data() + v4_at) == 1 ? std::optional(read)
                                                                     : std::nullopt;
}

result<http_allowed::network> http_allowed::parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) {
    return fail(error_code::invalid, "\"" + std::string(text) + "\" is no network");
  }
  const bool v4 = text.find(':') == std::string_view::npos;
  int bits = v4 ? 32 : 128;
  if (slash != std::string_view::npos) {
    const auto digits = text.substr(slash + 1);
    int read = -1;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), read);
    if (failed != std::errc{} || end != digits.data() + digits.size() || read < 0 || read > bits) {
      return fail(error_code::invalid, "\"" + std::string(text) + "\" is no network");
    }
    bits = read;
  }
  return network{*address, v4 ? bits + 96 : bits};
}

bool http_allowed::lies_in(const network& which, const network_address& address) noexcept {
  const auto whole = static_cast<std::size_t>(which.bits / 8);
  if (!std::equal(address.begin(), address.begin() + whole, which.first.begin())) {
    return false;
  }
  const int rest = which.bits % 8;
  const int shift = 8 - rest;
  return rest == 0 || (address[whole] >> shift) == (which.first[whole] >> shift);
}

result<http_allowed> http_allowed::parse(std::string_view list) {
  http_allowed made;
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto part = without_spaces(list.substr(0, comma));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    if (part.empty()) {
      continue;
    }
    made.listed_ = true;
    if (auto network = parse_network(part)) {
      made.networks_.push_back(*network);
    } else if (is_host(part)) {
      made.hosts_.push_back(lower_host(part));
    } else {
      return tl::unexpected(network.error());
    }
  }
  return made;
}

bool http_allowed::allows(std::string_view host, const network_address& given) const {
  const network_address address = unwrap(given);
  const auto within = [&](const network& one) { return lies_in(one, address); };
  if (listed_) {
    return std::any_of(networks_.begin(), networks_.end(), within) ||
           std::find(hosts_.begin(), hosts_.end(), lower_host(host)) != hosts_.end();
  }
  static const auto never = [] {
    std::vector<network> all;
    for (const auto text : forbidden) {
      all.push_back(parse_network(text).value());
    }
    return all;
  }();
  return std::none_of(never.begin(), never.end(), within);
}

} // namespace muster
