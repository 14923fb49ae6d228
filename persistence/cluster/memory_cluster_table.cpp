#include "persistence/cluster/memory_cluster_table.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace muster::persistence {

namespace {

std::size_t index(shard_id shard) noexcept {
  return static_cast<std::size_t>(shard);
}

shard_epoch next(shard_epoch epoch) noexcept {
  return static_cast<shard_epoch>(static_cast<std::uint64_t>(epoch) + 1);
}

} // namespace

memory_cluster::member_row* memory_cluster::find(const node_ref& node) {
  const auto found = members_.find(node);
  return found == members_.end() ? nullptr : &found->second;
}

bool memory_cluster::is_live(const node_ref& node) {
  const auto* row = find(node);
  return row != nullptr && row->status != member_status::dead;
}

bool memory_cluster::commit(shard_id shard, shard_epoch epoch, std::uint64_t seq) {
  std::lock_guard guard(mutex_);
  auto& row = shards_[index(shard)];
  if (row.epoch != epoch || row.seq != seq) {
    return false;
  }
  ++row.seq;
  return true;
}

shard_row memory_cluster::row(shard_id shard) {
  std::lock_guard guard(mutex_);
  return shards_[index(shard)];
}

void memory_cluster::changed() {
  ++notices_;
  wake_.notify_all();
}

memory_cluster_table::memory_cluster_table(memory_cluster& common,
                                           std::function<fault()> next_fault)
    : common_(common), next_fault_(std::move(next_fault)) {}

template <class T, class Work>
result<T> memory_cluster_table::call(Work work) {
  std::lock_guard guard(common_.mutex_);
  const fault now = next_fault_ ? next_fault_() : fault::none;
  if (now == fault::refused) {
    return fail(error_code::storage_unavailable, "the table does not answer");
  }
  result<T> done = work(common_);
  if (now == fault::answer_lost) {
    return fail(error_code::storage_unavailable, "the table's answer was lost");
  }
  return done;
}

result<node_ref> memory_cluster_table::join(const std::string& id, const std::string& address) {
  return call<node_ref>([&](memory_cluster& all) -> result<node_ref> {
    for (auto at = all.members_.begin(); at != all.members_.end();) {
      const auto& node = at->first;
      if (node.id == id) {
        at->second.status = member_status::dead;
      }
      const bool owns =
          std::ranges::find(all.shards_, node, &shard_row::owner) != all.shards_.end();
      at = node.id == id && !owns ? all.members_.erase(at) : std::next(at);
    }
    const node_ref self{id, ++all.generations_[id]};
    all.members_[self] = {address, member_status::alive, all.clock_.now(), {}};
    ++all.version_;
    all.changed();
    return self;
  });
}

result<bool> memory_cluster_table::renew(const node_ref& self) {
  return call<bool>([&](memory_cluster& all) {
    if (!all.is_live(self)) {
      return false;
    }
    all.find(self)->heartbeat = all.clock_.now();
    return true;
  });
}

result<cluster_view> memory_cluster_table::read() {
  return call<cluster_view>([](memory_cluster& all) {
    const milliseconds now = all.clock_.now().steady;
    cluster_view view{all.version_, {}, all.shards_};
    for (const auto& [node, row] : all.members_) {
      member one{node, row.address, row.status, row.heartbeat.wall, now - row.heartbeat.steady, {}};
      for (const auto& [voter, at] : row.votes) {
        one.votes.push_back({voter, now - at});
      }
      view.members.push_back(std::move(one));
    }
    return view;
  });
}

result<bool> memory_cluster_table::vote(std::uint64_t seen, const node_ref& suspect,
                                        const node_ref& voter, bool decides) {
  return call<bool>([&](memory_cluster& all) {
    if (all.version_ != seen || !all.is_live(suspect) || !all.is_live(voter)) {
      return false;
    }
    auto& row = *all.find(suspect);
    row.votes[voter] = all.clock_.now().steady;
    row.status = decides ? member_status::dead : row.status;
    ++all.version_;
    all.changed();
    return true;
  });
}

result<bool> memory_cluster_table::plan(std::uint64_t seen, const shard_targets& targets) {
  return call<bool>([&](memory_cluster& all) {
    if (all.version_ != seen) {
      return false;
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
      all.shards_[i].target = targets[i];
    }
    ++all.version_;
    all.changed();
    return true;
  });
}

result<std::vector<owned_shard>> memory_cluster_table::take(const node_ref& self,
                                                            std::span<const shard_claim> claims) {
  return call<std::vector<owned_shard>>([&](memory_cluster& all) {
    std::vector<owned_shard> taken;
    for (const auto& claim : claims) {
      auto& row = all.shards_[index(claim.shard)];
      const bool as_seen = row.epoch == claim.seen_epoch && row.owner == claim.seen_owner;
      if (all.is_live(self) && as_seen && !all.is_live(row.owner)) {
        row.epoch = next(row.epoch);
        row.owner = self;
        taken.push_back({claim.shard, row.epoch, row.seq});
      }
    }
    if (!taken.empty()) {
      all.changed();
    }
    return taken;
  });
}

result<std::vector<owned_shard>> memory_cluster_table::confirm(const node_ref& self,
                                                               std::span<const shard_id> shards) {
  return call<std::vector<owned_shard>>([&](memory_cluster& all) {
    std::vector<owned_shard> own;
    for (shard_id shard : shards) {
      const auto& row = all.shards_[index(shard)];
      if (row.owner == self) {
        own.push_back({shard, row.epoch, row.seq});
      }
    }
    return own;
  });
}

result<void> memory_cluster_table::release(const node_ref& self,
                                           std::span<const owned_shard> shards) {
  return call<void>([&](memory_cluster& all) -> result<void> {
    for (const auto& one : shards) {
      auto& row = all.shards_[index(one.shard)];
      if (row.owner == self && row.epoch == one.epoch) {
        row.owner = {};
      }
    }
    all.changed();
    return {};
  });
}

result<bool> memory_cluster_table::leave(const node_ref& self) {
  return call<bool>([&](memory_cluster& all) {
    if (!all.is_live(self)) {
      return false;
    }
    all.find(self)->status = member_status::leaving;
    ++all.version_;
    all.changed();
    return true;
  });
}

result<void> memory_cluster_table::depart(const node_ref& self) {
  return call<void>([&](memory_cluster& all) -> result<void> {
    if (all.is_live(self)) {
      all.find(self)->status = member_status::dead;
      ++all.version_;
      all.changed();
    }
    return {};
  });
}

bool memory_cluster_table::wait(milliseconds at_most) {
  std::unique_lock lock(common_.mutex_);
  common_.wake_.wait_for(lock, std::chrono::milliseconds(at_most),
                         [this] { return woken_ || noticed_ != common_.notices_; });
  woken_ = false;
  return std::exchange(noticed_, common_.notices_) != common_.notices_;
}

void memory_cluster_table::wake() noexcept {
  std::lock_guard guard(common_.mutex_);
  woken_ = true;
  common_.wake_.notify_all();
}

} // namespace muster::persistence
