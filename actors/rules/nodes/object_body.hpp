#pragma once

#include "actors/model/value.hpp"
#include "actors/rules/engine/rule_message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace muster {

/// A message's body for being changed: its members keep their order and, down to nulls, what they
/// are.
class object_body {
public:
  /// Nothing: the body is not an object.
  static std::optional<object_body> read(const rule_message& message);

  const std::vector<key_value>& members() const noexcept { return members_; }
  /// Null: there is none. Valid until something changes.
  const value* find(const std::string& key) const;
  /// A new one comes last.
  void set(const std::string& key, value what);
  void erase(const std::string& key);
  void write_to(rule_message& message) const;

private:
  std::vector<key_value> members_;
  std::unordered_map<std::string, std::size_t> places_;
};

/// A value in a message's metadata.
std::string metadata_text(const value& what);

} // namespace muster
