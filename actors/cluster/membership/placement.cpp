#include "actors/cluster/membership/placement.hpp"

#include <algorithm>
#include <vector>

namespace muster {

namespace {

using persistence::node_ref;

/// A candidate with what it has and what it shall have.
struct load {
  node_ref node;
  std::vector<std::size_t> shards;
  std::size_t quota = 0;

  /// How many it lacks; negative: has too many.
  std::ptrdiff_t lacks() const noexcept {
    return static_cast<std::ptrdiff_t>(quota) - static_cast<std::ptrdiff_t>(shards.size());
  }
};

bool lacks_less(const load& a, const load& b) noexcept {
  return a.lacks() < b.lacks();
}

void set_quotas(std::vector<load>& loads, std::size_t total) {
  // Whoever has most keeps the one that is left over: that saves moves.
  std::ranges::stable_sort(
      loads, [](const load& a, const load& b) { return a.shards.size() > b.shards.size(); });
  const std::size_t each = total / loads.size();
  std::size_t left_over = total % loads.size();
  for (auto& one : loads) {
    one.quota = each + (left_over > 0 ? 1 : 0);
    left_over -= left_over > 0 ? 1 : 0;
  }
}

} // namespace

persistence::shard_targets place(const persistence::shard_targets& holders,
                                 std::span<const node_ref> candidates, std::size_t most_moves) {
  auto targets = holders;
  if (candidates.empty()) {
    return targets;
  }
  std::vector<load> loads;
  for (const auto& node : candidates) {
    loads.push_back({node, {}, 0});
  }
  std::ranges::sort(loads, {}, &load::node);
  std::vector<std::size_t> orphans;
  std::size_t total = 0;
  for (std::size_t shard = 0; shard < holders.size(); ++shard) {
    const auto holder = std::ranges::find(loads, holders[shard], &load::node);
    if (holder != loads.end()) {
      holder->shards.push_back(shard);
      ++total;
    } else if (holders[shard].generation == 0) {
      orphans.push_back(shard);
      ++total;
    }
  }
  set_quotas(loads, total);
  const auto give = [&](std::size_t shard) {
    auto& to = *std::ranges::max_element(loads, lacks_less);
    to.shards.push_back(shard);
    targets[shard] = to.node;
  };
  std::ranges::for_each(orphans, give);
  for (; most_moves > 0; --most_moves) {
    auto& from = *std::ranges::min_element(loads, lacks_less);
    if (from.lacks() >= 0) {
      break;
    }
    const std::size_t shard = from.shards.back();
    from.shards.pop_back();
    give(shard);
  }
  return targets;
}

} // namespace muster
