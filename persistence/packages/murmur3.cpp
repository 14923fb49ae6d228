#include "persistence/packages/murmur3.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace muster::persistence {

namespace {

/// Little-endian, whatever the processor's own order.
template <class Number>
Number read_number(const unsigned char* from, std::size_t count = sizeof(Number)) {
  Number made = 0;
  for (std::size_t i = 0; i < count; ++i)
    made |= static_cast<Number>(static_cast<Number>(from[i]) << (8 * i));
  return made;
}

/// Feeds `block` with whole blocks; what is left over stays in `rest`.
template <std::size_t Size, class Block>
void in_blocks(std::string_view bytes, std::array<unsigned char, Size>& rest,
               std::size_t& rest_size, Block block) {
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  auto left = bytes.size();
  if (rest_size != 0) {
    const auto taken = std::min(left, Size - rest_size);
    std::memcpy(rest.data() + rest_size, from, taken);
    rest_size += taken;
    from += taken;
    left -= taken;
    if (rest_size < Size)
      return;
    block(rest.data());
    rest_size = 0;
  }
  for (; left >= Size; from += Size, left -= Size)
    block(from);
  if (left != 0)
    std::memcpy(rest.data(), from, left);
  rest_size = left;
}

std::uint32_t mixed_32(std::uint32_t k) {
  return std::rotl(k * 0xcc9e2d51U, 15) * 0x1b873593U;
}

constexpr std::uint64_t c1 = 0x87c37b91114253d5ULL;
constexpr std::uint64_t c2 = 0x4cf5ad432745937fULL;

std::uint64_t mixed_low(std::uint64_t k) {
  return std::rotl(k * c1, 31) * c2;
}
std::uint64_t mixed_high(std::uint64_t k) {
  return std::rotl(k * c2, 33) * c1;
}

std::uint64_t final_mix(std::uint64_t k) {
  k = (k ^ (k >> 33)) * 0xff51afd7ed558ccdULL;
  k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return k ^ (k >> 33);
}

} // namespace

void murmur3_32::add(std::string_view bytes) {
  length_ += bytes.size();
  in_blocks(bytes, rest_, rest_size_, [this](const unsigned char* block) {
    state_ = std::rotl(state_ ^ mixed_32(read_number<std::uint32_t>(block)), 13) * 5 + 0xe6546b64U;
  });
}

std::uint32_t murmur3_32::finish() const {
  auto made = state_ ^ mixed_32(read_number<std::uint32_t>(rest_.data(), rest_size_));
  made ^= static_cast<std::uint32_t>(length_);
  made = (made ^ (made >> 16)) * 0x85ebca6bU;
  made = (made ^ (made >> 13)) * 0xc2b2ae35U;
  return made ^ (made >> 16);
}

void murmur3_128::mix(const unsigned char* block) {
  low_ ^= mixed_low(read_number<std::uint64_t>(block));
  low_ = (std::rotl(low_, 27) + high_) * 5 + 0x52dce729U;
  high_ ^= mixed_high(read_number<std::uint64_t>(block + 8));
  high_ = (std::rotl(high_, 31) + low_) * 5 + 0x38495ab5U;
}

void murmur3_128::add(std::string_view bytes) {
  length_ += bytes.size();
  in_blocks(bytes, rest_, rest_size_, [this](const unsigned char* block) { mix(block); });
}

std::array<std::uint64_t, 2> murmur3_128::finish() const {
  const auto of_low = std::min<std::size_t>(rest_size_, 8);
  auto low = low_ ^ mixed_low(read_number<std::uint64_t>(rest_.data(), of_low));
  auto high = high_ ^ mixed_high(read_number<std::uint64_t>(rest_.data() + 8, rest_size_ - of_low));
  low ^= length_;
  high ^= length_;
  low += high;
  high += low;
  low = final_mix(low);
  high = final_mix(high);
  low += high;
  high += low;
  return {low, high};
}

} // namespace muster::persistence
