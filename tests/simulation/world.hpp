#pragma once

#include "tests/simulation/dice.hpp"
#include "tests/support/events.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace muster::test {

/// What is made wrong on purpose, one at a time, to see that the simulation finds it.
enum class planted_fault : std::uint8_t {
  none,
  /// A dead owner's lease is not waited for to its end.
  short_takeover_wait,
  /// The read lease counts from the answer to the renewal instead of its sending.
  lease_from_answer,
  /// A take-over whose answer was lost is served at once.
  unknown_takeover_opened,
  /// A commit is fenced by the shard's epoch alone, not by its sequence.
  fence_by_epoch_only,
  /// A commit is not fenced at all.
  no_fence,
  /// A commit of which nothing is known is told to be durable.
  unknown_commit_done,
  /// A command whose fate is unknown is sent once more.
  unknown_command_repeated,
};

/// What everything in a simulation shares: time, chance, the weather, and what was found wrong.
/// Machines are numbered from 0.
class world {
public:
  explicit world(std::uint64_t seed, planted_fault fault) : chances(seed), planted(fault) {}

  dice chances;
  events time;
  const planted_fault planted;

  // The weather.
  std::set<std::pair<int, int>> cut_links;
  std::set<int> cut_from_database;
  /// Answers of the database reach these late, when leases are over.
  std::set<int> slow_answers;
  bool database_away = false;
  bool database_slow = false;
  /// How many calls of the database are lost on their way there, and on their way back.
  double lost_calls = 0;
  /// How many notices of changed ownership arrive.
  double notices = 0.9;
  /// How many packets between nodes end their session, arrive twice, or late.
  double lost_packets = 0;
  double late_packets = 0;

  bool linked(int a, int b) const { return !cut_links.contains({std::min(a, b), std::max(a, b)}); }
  bool reaches_database(int machine) const {
    return !database_away && !cut_from_database.contains(machine);
  }
  milliseconds way_to_database() {
    return database_slow ? chances.between(50, 700) : chances.between(0, 4);
  }
  milliseconds way_back(int machine) {
    return slow_answers.contains(machine) ? chances.between(300, 1'500) : way_to_database();
  }

  /// A number that grows with each call: the order in which things happen, within a millisecond as
  /// well.
  std::int64_t moment() noexcept { return ++moments_; }

  void wrong(std::string what) {
    violations_.push_back("at " + std::to_string(time.time()) + " ms: " + std::move(what));
  }
  const std::vector<std::string>& violations() const noexcept { return violations_; }

private:
  std::int64_t moments_ = 0;
  std::vector<std::string> violations_;
};

} // namespace muster::test
