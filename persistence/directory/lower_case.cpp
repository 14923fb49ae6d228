#include "persistence/directory/lower_case.hpp"

#include <cstdint>

namespace muster::persistence {

namespace {

/// Lower case of a two-byte code point (U+0080 to U+07FF) whose lower case has two bytes as well.
std::uint32_t lower(std::uint32_t c) noexcept {
  if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9 && c != 0x3a2) ||
      (c >= 0x410 && c <= 0x42f)) {
    return c + 0x20;
  }
  if (c >= 0x400 && c <= 0x40f) {
    return c + 0x50;
  }
  if (c == 0x178) {
    return 0xff;
  }
  // Pairs whose upper case is even, then those whose upper case is odd. U+0130 would become one
  // byte and U+0138, U+0149 have no upper case.
  const bool even_pair = (c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14a && c <= 0x177) ||
                         (c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf);
  if (even_pair && c % 2 == 0) {
    return c + 1;
  }
  const bool odd_pair = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
  return odd_pair && c % 2 == 1 ? c + 1 : c;
}

} // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(out[i]);
    if (byte >= 'A' && byte <= 'Z') {
      out[i] = static_cast<char>(byte + 0x20);
      continue;
    }
    const bool two_bytes = (byte & 0xe0) == 0xc0 && i + 1 < out.size() &&
                           (static_cast<std::uint8_t>(out[i + 1]) & 0xc0) == 0x80;
    if (two_bytes) {
      const auto next = static_cast<std::uint8_t>(out[i + 1]);
      const std::uint32_t c = lower(((byte & 0x1fU) << 6) | (next & 0x3fU));
      out[i] = static_cast<char>(0xc0 | (c >> 6));
      out[i + 1] = static_cast<char>(0x80 | (c & 0x3f));
      ++i;
    }
  }
  return out;
}

} // namespace muster::persistence
