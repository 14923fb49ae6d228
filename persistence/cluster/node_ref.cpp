#include "persistence/cluster/node_ref.hpp"

#include <algorithm>
#include <charconv>

namespace muster::persistence {

namespace {

constexpr std::size_t longest_id = 64;

bool fits(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

} // namespace

bool is_node_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= longest_id && std::ranges::all_of(id, fits);
}

std::string to_text(const node_ref& node) {
  return node.generation == 0 ? std::string{} : node.id + ':' + std::to_string(node.generation);
}

std::optional<node_ref> parse_node_ref(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_node_id(text.substr(0, colon))) {
    return std::nullopt;
  }
  const auto digits = text.substr(colon + 1);
  node_ref node{std::string{text.substr(0, colon)}, 0};
  const auto [end, wrong] =
      std::from_chars(digits.data(), digits.data() + digits.size(), node.generation);
  // One spelling for each node, since owners are compared as texts.
  if (wrong != std::errc{} || end != digits.data() + digits.size() || digits.front() == '0') {
    return std::nullopt;
  }
  return node;
}

} // namespace muster::persistence
