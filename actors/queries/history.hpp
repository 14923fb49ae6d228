#pragma once

#include "actors/model/reply.hpp"
#include "actors/queries/aggregate.hpp"
#include "actors/queries/buckets.hpp"
#include "persistence/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace muster {

/// What a history query may cost. Over all of its keys and pages, as its `spent` tells: `rows` and
/// `time`; a page ends at `points` or `bytes`, or after `slice` rows, so that one query does not
/// keep the others from the threads that read.
struct history_limits {
  std::uint64_t rows = 10'000'000;
  milliseconds time = 10'000;
  std::size_t points = 1'000;
  std::size_t bytes = std::size_t{256} << 10;
  std::uint64_t slice = 200'000;
};

/// See query.hpp. Immutable once handed out: a position may be used twice.
class history_position {
public:
  /// What is left of the query's range.
  time_range left;
  /// Points given so far.
  std::uint64_t points_given = 0;
  /// The bucket that the last page left open, and what was folded into it.
  std::optional<time_range> open_bucket;
  std::optional<aggregate> open_aggregate;
};

/// One page of a history query; points in the query's order, aggregates always by time, as the
/// reference has them. A page may be empty and still have `more`. Blocks on the disk. The caller's
/// right to the device was checked before. Errors: invalid (bad range, too many buckets, over a
/// limit, which the message names), storage_unavailable.
result<history_page> read_history_page(persistence::store& rows, const clock_source& clock,
                                       const history_limits& limits, const read_history& asked);

} // namespace muster
