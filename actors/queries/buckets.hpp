#pragma once

#include "actors/model/error.hpp"
#include "actors/model/query.hpp"
#include "actors/model/time.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace muster {

/// More buckets than this are refused.
inline constexpr std::size_t max_buckets = 700;

/// Times begin <= ts < end.
struct time_range {
  timestamp begin = 0;
  timestamp end = 0;

  friend bool operator==(const time_range&, const time_range&) = default;

  /// What an aggregate of the range is dated with.
  timestamp middle() const noexcept { return begin + (end - begin) / 2; }
};

/// How a range is cut for aggregation: the first bucket begins at its start, the last one is cut at
/// its end. Fixed steps, or calendar units (week from Sunday, week from Monday, month, quarter) of
/// a time zone, whose boundaries are midnights there.
class buckets {
public:
  /// invalid: more than `max_buckets`, an unknown time zone, calendar units outside of the years 1
  /// to 9998. `range` is not empty; `interval` > 0 for fixed steps.
  static result<buckets> cut(time_range range, interval_type unit, milliseconds interval,
                             const std::string& time_zone);

  /// The bucket with `ts`, which lies within the range.
  time_range of(timestamp ts) const;

private:
  /// The buckets' ends, ascending; the last is the range's end.
  std::vector<timestamp> ends_;
  timestamp start_ = 0;
};

} // namespace muster
