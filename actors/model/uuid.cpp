#include "actors/model/uuid.hpp"

#include "actors/model/random.hpp"

#include <atomic>

namespace muster {

namespace {

constexpr bool is_dash(std::size_t position) noexcept {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

std::optional<uuid> parse_uuid(std::string_view text) noexcept {
  if (text.size() != 36) {
    return std::nullopt;
  }
  uuid id;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash(i)) {
      if (text[i] != '-') {
        return std::nullopt;
      }
      continue;
    }
    const int digit = hex_digit(text[i]);
    if (digit < 0) {
      return std::nullopt;
    }
    auto& byte = id.bytes[nibble / 2];
    byte = static_cast<std::uint8_t>(nibble % 2 == 0 ? digit << 4 : byte | digit);
    ++nibble;
  }
  return id;
}

std::string to_string(const uuid& id) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      text.push_back('-');
    }
    text.push_back(digits[id.bytes[i] >> 4]);
    text.push_back(digits[id.bytes[i] & 15]);
  }
  return text;
}

uuid random_uuid() {
  uuid id;
  random_bytes(id.bytes.data(), id.bytes.size());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

uuid ordered_uuid(std::int64_t time) {
  // 42 bits of it are written. They begin anew one day, which only those of one millisecond notice.
  static std::atomic<std::uint64_t> made = 0;
  const std::uint64_t number = made.fetch_add(1, std::memory_order_relaxed);
  uuid id = random_uuid();
  for (std::size_t i = 0; i < 6; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(time) >> (40 - 8 * i));
  }
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | ((number >> 38) & 0x0f));
  id.bytes[7] = static_cast<std::uint8_t>(number >> 30);
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | ((number >> 24) & 0x3f));
  id.bytes[9] = static_cast<std::uint8_t>(number >> 16);
  id.bytes[10] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[11] = static_cast<std::uint8_t>(number);
  return id;
}

} // namespace muster
