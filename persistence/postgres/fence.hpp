#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/shard_book.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace muster::persistence::postgres {

/// The row of table `writer` that is moved on by commits without a shard, so that their outcome can
/// be found out as well.
struct writer_mark {
  uuid id;
  std::uint64_t sequence = 0;

  friend bool operator==(const writer_mark&, const writer_mark&) = default;
};

/// What a commit expects to find, and moves on by one: all of it or nothing is done.
struct fence {
  /// In shard order.
  std::vector<shard_mark> shards;
  std::optional<writer_mark> writer;
};

/// SQLSTATE with which a transaction fails whose fence does not hold (a division by zero).
inline constexpr const char* fence_broken = "22012";

/// Queues the statements that lock the rows, in shard order, and move their sequences on; the
/// transaction fails when one is not as expected. Returns how many statements these are; the second
/// column of each says whether commits wait for a standby still.
std::size_t queue_fence(connection& to, const fence& expected);

/// What became of a transaction whose answer was lost.
struct settlement {
  enum class verdict : std::uint8_t {
    durable,
    /// It has not been done and cannot be done any more.
    undone,
    /// No row of the fence is ours any more.
    unknown,
  };
  verdict what = verdict::unknown;
  /// As the rows are now; those that another node has taken are missing.
  fence now;
};

/// Finds out by a write to the rows of the fence, which waits for whatever still holds them and for
/// the standby. What was not done is made impossible in the same step: its rows get sequences that
/// it does not expect. May be repeated after a failure.
answer<settlement> settle(connection& by, const fence& expected);

/// The rows of these shards as they are.
answer<std::vector<shard_mark>> read_marks(connection& by, const std::vector<shard_mark>& shards);

} // namespace muster::persistence::postgres
