#pragma once

#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::persistence {

/// Versions of rows: the second of a row has fields more behind those of the first, the third tells
/// that a field of the second has come to mean something.
inline constexpr std::uint8_t first_version = 1;
inline constexpr std::uint8_t second_version = 2;
inline constexpr std::uint8_t third_version = 3;
inline constexpr std::uint8_t fourth_version = 4;

/// Appends one row's value to a text that its owner reuses: first the version that wrote it and the
/// oldest version that may read it, then fields without names. A later version may append fields;
/// older readers then leave them out.
class row_writer {
public:
  row_writer(std::string& out, std::uint8_t version, std::uint8_t oldest_reader) : out_(out) {
    byte(version);
    byte(oldest_reader);
  }

  void byte(std::uint8_t n) { out_.push_back(static_cast<char>(n)); }
  void flag(bool b) { byte(b ? 1 : 0); }

  /// Seven bits a byte, lowest first.
  void number(std::uint64_t n) {
    while (n >= 0x80) {
      byte(static_cast<std::uint8_t>(n | 0x80));
      n >>= 7;
    }
    byte(static_cast<std::uint8_t>(n));
  }

  /// Small absolute values are short.
  void signed_number(std::int64_t n) {
    number((static_cast<std::uint64_t>(n) << 1) ^ static_cast<std::uint64_t>(n >> 63));
  }

  void real(double d) {
    auto bits = std::bit_cast<std::uint64_t>(d);
    for (int i = 0; i < 8; ++i) {
      byte(static_cast<std::uint8_t>(bits >> (8 * i)));
    }
  }

  void text(std::string_view t) {
    number(t.size());
    out_.append(t);
  }

  void id(const uuid& u) {
    out_.append(reinterpret_cast<const char*>(u.bytes.data()), u.bytes.size());
  }

  void val(const value& v);

  /// A flag, then what `write` writes of the present one.
  template <class T, class Write>
  void maybe(const std::optional<T>& what, Write write) {
    flag(what.has_value());
    if (what) {
      write(*what);
    }
  }

  template <class T, class Write>
  void list(const std::vector<T>& what, Write write) {
    number(what.size());
    for (const auto& one : what) {
      write(one);
    }
  }

private:
  std::string& out_;
};

} // namespace muster::persistence
