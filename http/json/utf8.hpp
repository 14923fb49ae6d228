#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http::json {

/// A code point and the bytes it takes.
struct code_point {
  char32_t value = 0;
  std::size_t length = 0;
};

/// The code point at the start of `bytes`; nullopt when they don't begin with valid UTF-8.
[[nodiscard]] std::optional<code_point> first_code_point(std::string_view bytes) noexcept;

/// Where the first byte stands that is not valid UTF-8; npos when all are.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view bytes) noexcept;

/// How many characters valid UTF-8 has.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

/// Appends a code point that is no surrogate.
void append_utf8(std::string& out, char32_t value);

} // namespace muster::http::json
