#pragma once

#include "tests/simulation/database.hpp"
#include "tests/simulation/process.hpp"

#include <functional>

namespace muster::test {

/// The cluster's table as a process reaches it: over a network, from one thread that waits.
class remote_table final : public persistence::cluster_table {
public:
  struct dependencies {
    process& here;
    const machine_clock& clock;
    world& in;
    persistence::memory_cluster& table;
    /// Something was changed that other nodes may be told of.
    std::function<void()> changed;
    /// Told what was taken for a node that will not hear of it.
    std::function<void(const node_ref&, std::vector<persistence::owned_shard>)> taken_unheard = {};
    /// A renewal was answered just now.
    std::function<void()> renewed = {};
  };

  explicit remote_table(dependencies needs) : needs_(std::move(needs)) {}

  result<node_ref> join(const std::string& id, const std::string& address) override;
  result<bool> renew(const node_ref& self) override;
  result<persistence::cluster_view> read() override;
  result<bool> vote(std::uint64_t seen, const node_ref& suspect, const node_ref& voter,
                    bool decides) override;
  result<bool> plan(std::uint64_t seen, const persistence::shard_targets& targets) override;
  result<std::vector<persistence::owned_shard>>
  take(const node_ref& self, std::span<const persistence::shard_claim> claims) override;
  result<std::vector<persistence::owned_shard>> confirm(const node_ref& self,
                                                        std::span<const shard_id> shards) override;
  result<void> release(const node_ref& self,
                       std::span<const persistence::owned_shard> shards) override;
  result<bool> leave(const node_ref& self) override;
  result<void> depart(const node_ref& self) override;
  bool wait(milliseconds at_most) override;
  void wake() noexcept override;

  /// A notice of a change has come.
  void notice() noexcept;

private:
  /// The call, by the table itself.
  template <class T>
  result<T> call(std::function<result<T>(persistence::cluster_table&)> work, bool tells);

  dependencies needs_;
  std::shared_ptr<fiber> waiting_;
  bool woken_ = false;
  bool noticed_ = false;
};

} // namespace muster::test
