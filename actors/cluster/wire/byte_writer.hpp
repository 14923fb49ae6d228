#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster::wire {

/// Appends plain values to bytes that its owner reuses. Nothing of it is written to disk: both ends
/// are of the same wire version.
class byte_writer {
public:
  explicit byte_writer(std::string& out) : out_(out) {}

  void byte(std::uint8_t n) { out_.push_back(static_cast<char>(n)); }

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

  /// Its bits, so that every double arrives as it was.
  void real(double d) {
    const auto bits = std::bit_cast<std::uint64_t>(d);
    for (int i = 0; i < 8; ++i) {
      byte(static_cast<std::uint8_t>(bits >> (8 * i)));
    }
  }

  /// Without a length: the reader knows it.
  void raw(const void* data, std::size_t size) {
    out_.append(static_cast<const char*>(data), size);
  }

  void text(std::string_view t) {
    number(t.size());
    out_.append(t);
  }

private:
  std::string& out_;
};

} // namespace muster::wire
