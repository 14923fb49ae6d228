#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace muster::persistence {

// Austin Appleby's MurmurHash3 with seed 0, taking its bytes piece by piece.

/// The 32-bit form.
class murmur3_32 {
public:
  void add(std::string_view bytes);
  [[nodiscard]] std::uint32_t finish() const;

private:
  std::uint32_t state_ = 0;
  std::uint64_t length_ = 0;
  std::array<unsigned char, 4> rest_{};
  std::size_t rest_size_ = 0;
};

/// The 128-bit form for 64-bit processors.
class murmur3_128 {
public:
  void add(std::string_view bytes);
  /// The lower half first.
  [[nodiscard]] std::array<std::uint64_t, 2> finish() const;

private:
  void mix(const unsigned char* block);

  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
  std::uint64_t length_ = 0;
  std::array<unsigned char, 16> rest_{};
  std::size_t rest_size_ = 0;
};

} // namespace muster::persistence
