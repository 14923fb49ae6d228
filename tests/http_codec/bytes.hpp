#pragma once

#include "http/codec/payload.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace muster::http::test {

/// Bytes from hexadecimal digits; blanks are skipped.
inline std::string hex(std::string_view digits) {
  std::string bytes;
  int high = -1;
  for (const char c : digits) {
    if (c == ' ') {
      continue;
    }
    const int half = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (high < 0) {
      high = half;
    } else {
      bytes.push_back(static_cast<char>(high << 4 | half));
      high = -1;
    }
  }
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text.push_back(digits[static_cast<std::uint8_t>(c) >> 4]);
    text.push_back(digits[static_cast<std::uint8_t>(c) & 15]);
  }
  return text;
}

/// A document as JSON text, or `error: <message>`.
inline std::string shown(const codec& how, std::string_view bytes) {
  const auto read = payload::read_reply(&how, bytes);
  return read ? read->text : "error: " + read.error().message;
}

} // namespace muster::http::test
