#include "tools/bench/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace muster::bench {

// Values below 2^sub_bits have a bucket each; above, every power of two is split into 2^sub_bits
// equal buckets, numbered on without a gap.
std::size_t latency_histogram::bucket_of(std::uint64_t value) noexcept {
  auto width = static_cast<unsigned>(std::bit_width(value));
  if (width <= sub_bits)
    return static_cast<std::size_t>(value);
  unsigned shift = width - sub_bits - 1;
  std::size_t bucket = (std::size_t{shift} << sub_bits) + static_cast<std::size_t>(value >> shift);
  return std::min(bucket, bucket_count - 1);
}

std::uint64_t latency_histogram::upper_bound_of(std::size_t bucket) noexcept {
  if (bucket < (std::size_t{2} << sub_bits))
    return bucket;
  std::size_t shift = (bucket >> sub_bits) - 1;
  std::uint64_t base = (bucket & ((std::size_t{1} << sub_bits) - 1)) + (std::size_t{1} << sub_bits);
  return ((base + 1) << shift) - 1;
}

void latency_histogram::record(std::int64_t nanoseconds) noexcept {
  std::int64_t value = std::max<std::int64_t>(nanoseconds, 0);
  ++counts_[bucket_of(static_cast<std::uint64_t>(value))];
  ++count_;
  max_ = std::max(max_, value);
  sum_ += static_cast<double>(value);
}

double latency_histogram::mean() const noexcept {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

std::int64_t latency_histogram::quantile(double share) const noexcept {
  auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  wanted = std::clamp<std::uint64_t>(wanted, 1, std::max<std::uint64_t>(count_, 1));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    seen += counts_[i];
    if (seen >= wanted)
      return std::min(static_cast<std::int64_t>(upper_bound_of(i)), max_);
  }
  return max_;
}

} // namespace muster::bench
