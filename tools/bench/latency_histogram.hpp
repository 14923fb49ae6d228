#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace muster::bench {

/// Latencies in nanoseconds, kept in buckets whose width is at most 1/128 of their value, from 0 to
/// beyond an hour. Fixed size, no allocation per value; one thread.
class latency_histogram {
public:
  /// Negative values count as 0, values beyond the last bucket as that bucket.
  void record(std::int64_t nanoseconds) noexcept;

  std::uint64_t count() const noexcept { return count_; }
  std::int64_t max() const noexcept { return max_; }
  /// Mean of the values as recorded; 0 when empty.
  double mean() const noexcept;

  /// The least upper bound b of a bucket such that at least `share` (0 to 1) of the values are
  /// <= b, never above the maximum; 0 when empty.
  std::int64_t quantile(double share) const noexcept;

private:
  static constexpr unsigned sub_bits = 7;
  static constexpr std::size_t bucket_count = std::size_t{36} << sub_bits;

  static std::size_t bucket_of(std::uint64_t value) noexcept;
  static std::uint64_t upper_bound_of(std::size_t bucket) noexcept;

  std::array<std::uint64_t, bucket_count> counts_{};
  std::uint64_t count_ = 0;
  std::int64_t max_ = 0;
  double sum_ = 0;
};

} // namespace muster::bench
