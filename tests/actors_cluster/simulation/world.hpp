#pragma once

#include "persistence/cluster/memory_cluster_table.hpp"
#include "tests/support/events.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace muster::test {

/// What all simulated nodes share: time, chance, the network, the table, and a number per shard
/// that grows by one with each commit: what the store holds and what was acknowledged of it. Notes
/// what must never be.
class world {
public:
  explicit world(std::uint64_t seed) : random_(seed), table(time) {}

  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  milliseconds between(milliseconds least, milliseconds most) {
    return std::uniform_int_distribution<milliseconds>(least, most)(random_);
  }
  double real(double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random_);
  }

  // The weather.
  /// Between nodes, both ways.
  std::set<std::pair<int, int>> cut_links;
  std::set<int> cut_from_table;
  bool table_away = false;
  bool table_slow = false;
  /// Of one node: its answers come when its lease is over.
  std::set<int> slow_to_table;
  /// How many notices of changes arrive.
  double notices = 0.9;
  double call_faults = 0;

  bool linked(int a, int b) const { return !cut_links.contains({std::min(a, b), std::max(a, b)}); }
  bool reaches_table(int node) const { return !table_away && !cut_from_table.contains(node); }
  /// One way to the table or back.
  milliseconds way_to_table() { return table_slow ? between(50, 700) : between(0, 4); }
  milliseconds way_back(int node) {
    return slow_to_table.contains(node) ? between(300, 950) : way_to_table();
  }

  // The store: each is one atomic step.
  bool commit(shard_id shard, persistence::shard_epoch epoch, std::uint64_t seq,
              std::uint64_t value);
  /// Makes the commit that expects this sequence impossible, if it is not done: moves the row on by
  /// two. The sequence as it is then; nullopt: the epoch is over.
  std::optional<std::uint64_t> settle(shard_id shard, persistence::shard_epoch epoch,
                                      std::uint64_t seq);
  std::uint64_t stored(shard_id shard) const { return stored_[index(shard)]; }

  // What nodes do, compared with what may be.
  void acknowledged(shard_id shard, std::uint64_t value);
  void answered_read(shard_id shard, std::uint64_t value, const std::string& who);
  void opened(shard_id shard, persistence::shard_epoch epoch, const std::string& who);
  void joined(const persistence::node_ref& node);
  void wrong(std::string what);

  const std::vector<std::string>& violations() const noexcept { return violations_; }
  std::uint64_t commits = 0;
  std::uint64_t stale_commits = 0;
  std::uint64_t reads = 0;

private:
  static std::size_t index(shard_id shard) noexcept { return static_cast<std::size_t>(shard); }

  std::mt19937_64 random_;

public:
  events time;
  persistence::memory_cluster table;

private:
  std::array<std::uint64_t, shard_count> stored_{};
  std::array<std::uint64_t, shard_count> acknowledged_{};
  std::map<std::pair<shard_id, persistence::shard_epoch>, std::string> openers_;
  std::set<persistence::node_ref> lives_;
  std::vector<std::string> violations_;
};

} // namespace muster::test
