#include "actors/cluster/membership/placement.hpp"
#include "tests/actors_cluster/views.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <vector>

namespace muster {

namespace {

using persistence::node_ref;
using persistence::shard_targets;
using test::node;

std::vector<node_ref> nodes(int count) {
  std::vector<node_ref> made;
  for (int i = 0; i < count; ++i) {
    made.push_back(node(i));
  }
  return made;
}

/// Held by some of `count` nodes, some more than others, or by nobody.
shard_targets any_holders(int count, bool with_nobody) {
  const auto weights = *rc::gen::container<std::vector<unsigned>>(
      static_cast<std::size_t>(count), rc::gen::inRange<unsigned>(1, 20));
  unsigned sum = with_nobody ? 5 : 0;
  for (unsigned weight : weights) {
    sum += weight;
  }
  shard_targets holders;
  for (auto& holder : holders) {
    auto at = *rc::gen::inRange<unsigned>(0, sum);
    for (int i = 0; i < count; ++i) {
      if (at < weights[static_cast<std::size_t>(i)]) {
        holder = node(i);
        break;
      }
      at -= weights[static_cast<std::size_t>(i)];
    }
  }
  return holders;
}

std::map<node_ref, std::size_t> loads_of(const shard_targets& targets,
                                         const std::vector<node_ref>& candidates) {
  std::map<node_ref, std::size_t> loads;
  for (const auto& one : candidates) {
    loads[one] = static_cast<std::size_t>(std::ranges::count(targets, one));
  }
  return loads;
}

std::size_t spread(const std::map<node_ref, std::size_t>& loads) {
  const auto [least, most] = std::ranges::minmax_element(
      loads, [](const auto& a, const auto& b) { return a.second < b.second; });
  return most->second - least->second;
}

std::size_t moves(const shard_targets& before, const shard_targets& after) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    count += before[i].generation != 0 && before[i] != after[i] ? 1 : 0;
  }
  return count;
}

/// The fewest moves to a balance, by trying every choice of the nodes that get one more.
std::size_t fewest_moves(const shard_targets& holders, const std::vector<node_ref>& candidates) {
  const auto loads = loads_of(holders, candidates);
  const auto orphans = static_cast<std::size_t>(std::ranges::count(holders, node_ref{}));
  std::size_t total = orphans;
  for (const auto& [who, load] : loads) {
    total += load;
  }
  const std::size_t each = total / candidates.size();
  std::size_t fewest = total;
  for (unsigned chosen = 0; chosen < (1U << candidates.size()); ++chosen) {
    if (static_cast<std::size_t>(__builtin_popcount(chosen)) != total % candidates.size()) {
      continue;
    }
    std::size_t too_many = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const std::size_t quota = each + ((chosen >> i) & 1U);
      const std::size_t load = loads.at(candidates[i]);
      too_many += load > quota ? load - quota : 0;
    }
    fewest = std::min(fewest, too_many);
  }
  return fewest;
}

} // namespace

TEST_CASE("placement is balanced to within one by the fewest moves") {
  CHECK(rc::check([] {
    const int holders_count = *rc::gen::inRange(1, 7);
    const auto candidates = nodes(*rc::gen::inRange(1, 7));
    auto holders = any_holders(holders_count, true);
    // Those of nodes that are gone have to be given away.
    for (auto& holder : holders) {
      holder = std::ranges::find(candidates, holder) == candidates.end() ? node_ref{} : holder;
    }
    const auto placed = place(holders, candidates, shard_count);
    RC_ASSERT(spread(loads_of(placed, candidates)) <= 1U);
    RC_ASSERT(moves(holders, placed) == fewest_moves(holders, candidates));
    RC_ASSERT(place(placed, candidates, shard_count) == placed);
  }));
}

TEST_CASE("placement in rounds takes no more moves than at once") {
  CHECK(rc::check([] {
    const auto candidates = nodes(*rc::gen::inRange(1, 7));
    auto now = any_holders(static_cast<int>(candidates.size()), false);
    const auto a_round = *rc::gen::inRange<std::size_t>(1, 60);
    const auto needed = fewest_moves(now, candidates);
    std::size_t moved = 0;
    for (int round = 0; round < 300; ++round) {
      const auto next = place(now, candidates, a_round);
      RC_ASSERT(moves(now, next) <= a_round);
      moved += moves(now, next);
      if (next == now) {
        break;
      }
      now = next;
    }
    RC_ASSERT(moved == needed);
    RC_ASSERT(spread(loads_of(now, candidates)) <= 1U);
  }));
}

TEST_CASE("placement leaves alone what nobody may move") {
  CHECK(rc::check([] {
    const auto candidates = nodes(*rc::gen::inRange(0, 4));
    const auto holders = any_holders(7, true);
    const auto placed = place(holders, candidates, shard_count);
    for (std::size_t i = 0; i < holders.size(); ++i) {
      const bool candidate = std::ranges::find(candidates, holders[i]) != candidates.end();
      const bool orphan = holders[i].generation == 0;
      RC_ASSERT(candidate || (orphan && !candidates.empty()) || placed[i] == holders[i]);
    }
  }));
}

} // namespace muster
