#pragma once

#include "actors/model/shard.hpp"
#include "persistence/store/store.hpp"

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace muster::persistence::postgres {

/// A shard's row in the database as our last commit left it.
struct shard_mark {
  shard_id shard{};
  shard_epoch epoch{};
  std::uint64_t sequence = 0;

  friend bool operator==(const shard_mark&, const shard_mark&) = default;
};

/// What this node knows of its shards: which it owns with which epoch, the sequence of each that
/// the last commit left, and whether the outcome of one is still unknown. Thread-safe: ownership
/// writes it, the committer moves it on, reads compare with it.
class shard_book {
public:
  void own(const shard_mark& mark);
  void disown(shard_id shard);
  /// Only if it is still owned with that epoch: ownership may have taken it again meanwhile.
  void lose(const shard_mark& mark);

  /// nullopt: not owned.
  std::optional<shard_mark> find(shard_id shard) const;
  /// Owned and its last outcome known; else nullopt.
  std::optional<shard_mark> settled(shard_id shard) const;

  /// The outcome of a commit that expected these sequences is unknown.
  void doubt(std::span<const shard_mark> expected);
  /// Those whose outcome is unknown, in shard order.
  std::vector<shard_mark> doubted() const;
  /// The sequence of a shard is known (again); nothing if it is owned with another epoch by now.
  void settle(const shard_mark& mark);

private:
  struct entry {
    bool owned = false;
    bool doubted = false;
    shard_mark mark;
  };

  bool is(const shard_mark& mark, const entry& one) const noexcept {
    return one.owned && one.mark.epoch == mark.epoch;
  }
  entry& of(shard_id shard) { return entries_.at(static_cast<std::size_t>(shard)); }
  const entry& of(shard_id shard) const { return entries_.at(static_cast<std::size_t>(shard)); }

  mutable std::mutex mutex_;
  std::array<entry, shard_count> entries_;
};

} // namespace muster::persistence::postgres
