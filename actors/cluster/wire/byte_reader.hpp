#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace muster::wire {

/// Reads what byte_writer wrote. Never reads outside the bytes and never throws: after the first
/// thing that is missing or makes no sense every read gives a default, and `good` is false.
class byte_reader {
public:
  explicit byte_reader(std::string_view bytes) : rest_(bytes) {}

  bool good() const noexcept { return good_; }
  /// All was read, and all of it made sense.
  bool finished() const noexcept { return good_ && rest_.empty(); }
  std::size_t left() const noexcept { return rest_.size(); }

  void fail() noexcept {
    good_ = false;
    rest_ = {};
  }

  std::uint8_t byte() noexcept {
    if (rest_.empty()) {
      fail();
      return 0;
    }
    const auto n = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return n;
  }

  std::uint64_t number() noexcept {
    std::uint64_t n = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      if (shift == 63 && next > 1) {
        break;
      }
      n |= static_cast<std::uint64_t>(next & 0x7f) << shift;
      if (next < 0x80) {
        return n;
      }
    }
    fail();
    return 0;
  }

  std::int64_t signed_number() noexcept {
    const std::uint64_t n = number();
    return static_cast<std::int64_t>((n >> 1) ^ (0 - (n & 1)));
  }

  double real() noexcept {
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) {
      bits |= static_cast<std::uint64_t>(byte()) << (8 * i);
    }
    return std::bit_cast<double>(bits);
  }

  void raw(void* into, std::size_t size) noexcept {
    const std::string_view found = take(size);
    if (good_) {
      std::memcpy(into, found.data(), size);
    }
  }

  /// Valid as long as the bytes.
  std::string_view text() noexcept { return take(number()); }

private:
  std::string_view take(std::uint64_t size) noexcept {
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return found;
  }

  std::string_view rest_;
  bool good_ = true;
};

} // namespace muster::wire
