#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::persistence {

/// A node's name and which of its lives: each start is a new generation, and one that was declared
/// dead never comes back.
struct node_ref {
  std::string id;
  /// From 1 on; 0 for nobody.
  std::uint64_t generation = 0;

  friend auto operator<=>(const node_ref&, const node_ref&) = default;
  friend bool operator==(const node_ref&, const node_ref&) = default;
};

/// 1 to 64 letters, digits, dots, hyphens and underscores: what `--node.id` may be.
bool is_node_id(std::string_view id) noexcept;

/// As the owner of a shard is written: `n1:3`. Empty for nobody.
std::string to_text(const node_ref& node);

/// nullopt: not of this form, or empty.
std::optional<node_ref> parse_node_ref(std::string_view text);

} // namespace muster::persistence
