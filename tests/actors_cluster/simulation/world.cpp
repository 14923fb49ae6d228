#include "tests/actors_cluster/simulation/world.hpp"

#include <algorithm>

namespace muster::test {

bool world::commit(shard_id shard, persistence::shard_epoch epoch, std::uint64_t seq,
                   std::uint64_t value) {
  if (!table.commit(shard, epoch, seq)) {
    ++stale_commits;
    return false;
  }
  ++commits;
  if (value != stored(shard) + 1) {
    wrong("a commit was built on something else than what is stored");
  }
  stored_[index(shard)] = value;
  return true;
}

std::optional<std::uint64_t> world::settle(shard_id shard, persistence::shard_epoch epoch,
                                           std::uint64_t seq) {
  if (table.row(shard).epoch != epoch) {
    return std::nullopt;
  }
  if (table.commit(shard, epoch, seq)) {
    table.commit(shard, epoch, seq + 1);
  }
  return table.row(shard).seq;
}

void world::acknowledged(shard_id shard, std::uint64_t value) {
  if (value > stored(shard)) {
    wrong("acknowledged, but not stored");
  }
  auto& known = acknowledged_[index(shard)];
  known = std::max(known, value);
}

void world::answered_read(shard_id shard, std::uint64_t value, const std::string& who) {
  ++reads;
  if (value < acknowledged_[index(shard)] || value > stored(shard)) {
    wrong("stale read of shard " + std::to_string(static_cast<unsigned>(shard)) + " by " + who +
          ": " + std::to_string(value) + " after " + std::to_string(acknowledged_[index(shard)]) +
          " was acknowledged");
  }
}

void world::opened(shard_id shard, persistence::shard_epoch epoch, const std::string& who) {
  const auto [known, is_new] = openers_.emplace(std::pair(shard, epoch), who);
  if (known->second != who) {
    wrong("one epoch of a shard was opened by " + known->second + " and by " + who);
  }
}

void world::joined(const persistence::node_ref& node) {
  if (!lives_.insert(node).second) {
    wrong("a generation has returned: " + to_text(node));
  }
}

void world::wrong(std::string what) {
  violations_.push_back("at " + std::to_string(time.time()) + " ms: " + std::move(what));
}

} // namespace muster::test
