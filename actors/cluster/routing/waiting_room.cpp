#include "actors/cluster/routing/waiting_room.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace muster {

bool waiting_room::add(routed& what) {
  if (count_ >= limits_.waiting || (bytes_ != 0 && bytes_ + what.weight > limits_.waiting_bytes)) {
    return false;
  }
  ++count_;
  bytes_ += what.weight;
  by_shard_[static_cast<std::size_t>(what.shard)].push_back(std::move(what));
  return true;
}

std::vector<routed> waiting_room::take(const std::function<bool(const routed&)>& may_leave) {
  std::vector<routed> leaving;
  if (count_ == 0) {
    return leaving;
  }
  for (auto& waiting : by_shard_) {
    const auto staying = std::stable_partition(waiting.begin(), waiting.end(),
                                               [&](const routed& one) { return !may_leave(one); });
    std::for_each(staying, waiting.end(), [this](const routed& one) { count_out(one); });
    std::move(staying, waiting.end(), std::back_inserter(leaving));
    waiting.erase(staying, waiting.end());
  }
  return leaving;
}

std::optional<routed> waiting_room::take(shard_id shard, poll_id poll) {
  auto& waiting = by_shard_[static_cast<std::size_t>(shard)];
  const auto found = std::find_if(waiting.begin(), waiting.end(),
                                  [poll](const routed& one) { return poll_of(one.what) == poll; });
  if (found == waiting.end()) {
    return std::nullopt;
  }
  routed taken = std::move(*found);
  waiting.erase(found);
  count_out(taken);
  return taken;
}

void waiting_room::count_out(const routed& gone) {
  --count_;
  bytes_ -= gone.weight;
}

} // namespace muster
