#include "http/json/utf8.hpp"

#include "http/json/reader.hpp"

#include <algorithm>
#include <cstring>

namespace muster::http::json {

namespace {

constexpr bool is_continuation(unsigned char byte) noexcept {
  return (byte & 0xC0) == 0x80;
}

/// Bytes that the lead byte announces; 0 when it can't lead.
constexpr std::size_t length_of(unsigned char lead) noexcept {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xC2 || lead > 0xF4) {
    return 0;
  }
  return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/// Overlong forms, surrogates and what lies beyond U+10FFFF.
constexpr bool is_allowed(char32_t value, std::size_t length) noexcept {
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  return value >= least[length] && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

} // namespace

std::optional<code_point> first_code_point(std::string_view bytes) noexcept {
  if (bytes.empty()) {
    return std::nullopt;
  }
  const auto lead = static_cast<unsigned char>(bytes[0]);
  const std::size_t length = length_of(lead);
  if (length == 1) {
    return code_point{lead, 1};
  }
  if (length == 0 || bytes.size() < length) {
    return std::nullopt;
  }
  char32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (!is_continuation(byte)) {
      return std::nullopt;
    }
    value = value << 6 | (byte & 0x3FU);
  }
  if (!is_allowed(value, length)) {
    return std::nullopt;
  }
  return code_point{value, length};
}

std::size_t find_invalid_utf8(std::string_view bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size()) {
    // Eight bytes of ASCII at a time: what nearly all text is.
    std::uint64_t word = 0;
    if (bytes.size() - at >= sizeof(word)) {
      std::memcpy(&word, bytes.data() + at, sizeof(word));
      if ((word & 0x8080808080808080ULL) == 0) {
        at += sizeof(word);
        continue;
      }
    }
    const auto point = first_code_point(bytes.substr(at));
    if (!point) {
      return at;
    }
    at += point->length;
  }
  return std::string_view::npos;
}

bool valid_utf8(std::string_view bytes) noexcept {
  return find_invalid_utf8(bytes) == std::string_view::npos;
}

std::size_t count_code_points(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

void append_utf8(std::string& out, char32_t value) {
  if (value < 0x80) {
    out.push_back(static_cast<char>(value));
    return;
  }
  const auto tail = [&](int shift) {
    out.push_back(static_cast<char>(0x80 | ((value >> shift) & 0x3F)));
  };
  if (value < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (value >> 6)));
  } else if (value < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (value >> 12)));
    tail(6);
  } else {
    out.push_back(static_cast<char>(0xF0 | (value >> 18)));
    tail(12);
    tail(6);
  }
  tail(0);
}

} // namespace muster::http::json
