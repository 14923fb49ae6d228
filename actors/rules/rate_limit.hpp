#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace muster {

/// How much may come in a time, as `"20:1,600:60"` says: 20 a second and 600 a minute. Each bound
/// is a bucket of `count` that fills evenly in `span`. A plain value.
class rate_limit {
public:
  struct bound {
    std::int64_t count = 0;
    milliseconds span = 0;

    friend bool operator==(const bound&, const bound&) = default;
  };
  static constexpr std::size_t max_bounds = 4;
  static constexpr std::int64_t max_count = 1'000'000'000;
  /// Seconds of one bound: a year.
  static constexpr std::int64_t max_seconds = 31'536'000;

  /// An empty text (blanks only, too) is no limit. Error: invalid, with what is wrong where.
  static result<rate_limit> parse(std::string_view text);

  bool empty() const noexcept { return size_ == 0; }
  const bound* begin() const noexcept { return bounds_.data(); }
  const bound* end() const noexcept { return bounds_.data() + size_; }

  friend bool operator==(const rate_limit&, const rate_limit&) = default;

private:
  std::array<bound, max_bounds> bounds_{};
  std::size_t size_ = 0;
};

/// What one device or tenant has used of a limit; new ones are unused. Belongs to whoever counts;
/// not thread-safe. `now` is steady time and never goes back.
class rate_usage {
public:
  /// Takes `amount` from every bound, or from none: then the time until it would be taken, at least
  /// 1 ms. More than a bound's count in one go is taken when the bound is unused, and uses all of
  /// it: else it could never pass.
  std::optional<milliseconds> take(const rate_limit& limit, std::uint64_t amount,
                                   milliseconds now) noexcept;

  /// As new: whoever keeps it may forget it.
  bool unused(milliseconds now) const noexcept;

private:
  /// Nanoseconds of steady time at which the bound will be unused again.
  std::array<std::int64_t, rate_limit::max_bounds> full_at_{};
};

} // namespace muster
