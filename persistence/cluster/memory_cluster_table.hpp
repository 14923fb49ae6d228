#pragma once

#include "actors/model/time.hpp"
#include "persistence/cluster/cluster_table.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace muster::persistence {

/// The common table of tests, in memory. Thread-safe; every node has a `memory_cluster_table` of
/// it.
class memory_cluster {
public:
  /// The clock outlives the cluster; its steady time is the table's clock.
  explicit memory_cluster(const clock_source& clock) : clock_(clock) {}

  /// What a store does with the shard's row when it commits: false, and nothing, unless epoch and
  /// sequence are these.
  bool commit(shard_id shard, shard_epoch epoch, std::uint64_t seq);
  shard_row row(shard_id shard);

private:
  friend class memory_cluster_table;

  struct member_row {
    std::string address;
    member_status status = member_status::alive;
    instant heartbeat;
    /// By voter: when.
    std::map<node_ref, milliseconds> votes;
  };

  member_row* find(const node_ref& node);
  bool is_live(const node_ref& node);
  void changed();

  const clock_source& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::uint64_t version_ = 1;
  /// Grows with every change that others are told of.
  std::uint64_t notices_ = 0;
  std::map<node_ref, member_row> members_;
  std::map<std::string, std::uint64_t> generations_;
  std::array<shard_row, shard_count> shards_{};
};

/// One node's access to it; fails on demand.
class memory_cluster_table final : public cluster_table {
public:
  /// What a call is to come to.
  enum class fault : std::uint8_t {
    none,
    /// Nothing happens, and the call fails.
    refused,
    /// It happens, and the call fails.
    answer_lost,
  };

  /// `next_fault` is asked once for each call; absent: none fails. The cluster outlives this.
  explicit memory_cluster_table(memory_cluster& common, std::function<fault()> next_fault = {});

  result<node_ref> join(const std::string& id, const std::string& address) override;
  result<bool> renew(const node_ref& self) override;
  result<cluster_view> read() override;
  result<bool> vote(std::uint64_t seen, const node_ref& suspect, const node_ref& voter,
                    bool decides) override;
  result<bool> plan(std::uint64_t seen, const shard_targets& targets) override;
  result<std::vector<owned_shard>> take(const node_ref& self,
                                        std::span<const shard_claim> claims) override;
  result<std::vector<owned_shard>> confirm(const node_ref& self,
                                           std::span<const shard_id> shards) override;
  result<void> release(const node_ref& self, std::span<const owned_shard> shards) override;
  result<bool> leave(const node_ref& self) override;
  result<void> depart(const node_ref& self) override;
  bool wait(milliseconds at_most) override;
  void wake() noexcept override;

private:
  template <class T, class Work>
  result<T> call(Work work);

  memory_cluster& common_;
  std::function<fault()> next_fault_;
  std::uint64_t noticed_ = 0;
  bool woken_ = false;
};

} // namespace muster::persistence
