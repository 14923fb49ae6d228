#pragma once

#include <optional>
#include <string_view>

namespace muster::http::rest {

// Tables of pairs: a value and how the wire names it.

/// The value's name; empty when the table lacks it.
template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) noexcept {
  for (const auto& [known, name] : table) {
    if (known == value) {
      return name;
    }
  }
  return {};
}

/// The value of that name.
template <class Table>
auto value_in(const Table& table, std::string_view name) noexcept
    -> std::optional<typename Table::value_type::first_type> {
  for (const auto& [value, known] : table) {
    if (known == name) {
      return value;
    }
  }
  return std::nullopt;
}

} // namespace muster::http::rest
