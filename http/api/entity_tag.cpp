#include "http/api/entity_tag.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace muster::http {

namespace {

constexpr std::size_t tag_bytes = 16;

} // namespace

std::string entity_tag(std::string_view body) {
  static constexpr std::string_view hex = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data());
  std::string tag = "\"";
  for (std::size_t i = 0; i < tag_bytes; ++i) {
    tag.push_back(hex[digest[i] >> 4]);
    tag.push_back(hex[digest[i] & 15]);
  }
  tag.push_back('"');
  return tag;
}

bool matches_tag(std::string_view if_none_match, std::string_view tag) noexcept {
  // Our tags hold no commas, so a list can be cut at them.
  while (!if_none_match.empty()) {
    const auto end = std::min(if_none_match.find(','), if_none_match.size());
    auto each = if_none_match.substr(0, end);
    if_none_match.remove_prefix(std::min(end + 1, if_none_match.size()));
    each.remove_prefix(std::min(each.find_first_not_of(" \t"), each.size()));
    each = each.substr(0, each.find_last_not_of(" \t") + 1);
    if (each.starts_with("W/")) {
      each.remove_prefix(2);
    }
    if (each == tag || each == "*") {
      return true;
    }
  }
  return false;
}

} // namespace muster::http
