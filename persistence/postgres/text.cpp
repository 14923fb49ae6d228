#include "persistence/postgres/text.hpp"

#include <cstddef>
#include <cstdint>

namespace muster::persistence::postgres {

namespace {

constexpr std::string_view picture = "\xe2\x90\x80";

std::uint8_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]);
}

bool continues(std::string_view text, std::size_t i, std::uint8_t low, std::uint8_t high) {
  return i < text.size() && byte_at(text, i) >= low && byte_at(text, i) <= high;
}

/// Bytes of the character at `i`, by the table of well-formed sequences (Unicode 3-7); 0: none.
std::size_t character_at(std::string_view text, std::size_t i) {
  const auto first = byte_at(text, i);
  if (first < 0x80) {
    return first == 0 ? 0 : 1;
  }
  if (first >= 0xc2 && first <= 0xdf) {
    return continues(text, i + 1, 0x80, 0xbf) ? 2 : 0;
  }
  const bool rest = continues(text, i + 2, 0x80, 0xbf);
  if (first >= 0xe0 && first <= 0xef) {
    const std::uint8_t low = first == 0xe0 ? 0xa0 : 0x80;
    const std::uint8_t high = first == 0xed ? 0x9f : 0xbf;
    return rest && continues(text, i + 1, low, high) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const std::uint8_t low = first == 0xf0 ? 0x90 : 0x80;
    const std::uint8_t high = first == 0xf4 ? 0x8f : 0xbf;
    return rest && continues(text, i + 1, low, high) && continues(text, i + 3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

/// Where the first place is that must be written otherwise.
std::size_t plain_bytes(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t size = character_at(text, i);
    if (size == 0 || (size == 3 && text.substr(i, 3) == picture)) {
      return i;
    }
    i += size;
  }
  return i;
}

std::uint8_t digit_value(char digit) {
  return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

} // namespace

std::string encoded_text(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(text.substr(0, plain_bytes(text)));
  text.remove_prefix(out.size());
  while (!text.empty()) {
    if (text.starts_with(picture)) {
      out.append(picture).append(picture);
      text.remove_prefix(picture.size());
    } else {
      const auto byte = byte_at(text, 0);
      out.append(picture).append({digits[byte >> 4], digits[byte & 15]});
      text.remove_prefix(1);
    }
    const std::size_t plain = plain_bytes(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
  }
  return out;
}

std::string decoded_text(std::string_view stored) {
  std::string out;
  out.reserve(stored.size());
  for (;;) {
    const std::size_t next = stored.find(picture);
    out.append(stored.substr(0, next));
    if (next == std::string_view::npos) {
      return out;
    }
    stored.remove_prefix(next + picture.size());
    if (stored.starts_with(picture)) {
      out.append(picture);
      stored.remove_prefix(picture.size());
    } else if (stored.size() >= 2) {
      out.push_back(static_cast<char>(digit_value(stored[0]) << 4 | digit_value(stored[1])));
      stored.remove_prefix(2);
    }
  }
}

} // namespace muster::persistence::postgres
