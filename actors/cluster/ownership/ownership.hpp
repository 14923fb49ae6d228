#pragma once

#include "actors/cluster/membership/options.hpp"
#include "actors/cluster/ownership/read_lease.hpp"
#include "actors/cluster/ownership/shard_map.hpp"
#include "actors/model/error.hpp"
#include "persistence/cluster/cluster_table.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace muster {

/// For health and metrics.
struct ownership_counters {
  std::size_t shards_served = 0;
  /// Shards taken, handed over on purpose, and lost to others.
  std::uint64_t taken = 0;
  std::uint64_t handed_over = 0;
  std::uint64_t lost = 0;
  std::uint64_t renewals_failed = 0;
  /// Alive members, this node included.
  std::size_t members_alive = 0;
};

/// This node's part in the cluster: one thread that renews its membership, watches its peers, takes
/// and gives up shards at the table, and tells the registry which it serves. What is done when is
/// decided by `membership`; here are the thread, the calls and the log.
///
/// Safety does not rest on it: every commit is fenced by the shard's row. What does rest on it is
/// that reads answered without a commit are answered by one node only, by the lease.
class ownership {
public:
  /// All callbacks are called by the ownership's thread, but `drained` and `answered`, which any
  /// thread may call, once each; none may block.
  struct dependencies {
    std::unique_ptr<persistence::cluster_table> table;
    const clock_source& clock;
    /// Serve the shard from now on, under this epoch and from this sequence.
    std::function<void(const persistence::owned_shard&)> open_shard;
    /// Take nothing new for the shard, finish and commit what there is, then call `drained`. After
    /// that nothing of the shard is answered or written any more.
    std::function<void(shard_id, std::function<void()> drained)> drain_shard;
    /// The shard is lost: serve nothing of it from now on, whatever was under way (a drain too).
    std::function<void(shard_id)> close_shard;
    /// Ask a peer whether it lives; not answering counts as no after a while.
    std::function<void(const persistence::member&, std::function<void(bool alive)> answered)> probe;
    /// Who is a member, at each change: whom to be connected to. Dead ones are in it.
    std::function<void(const std::vector<persistence::member>&)> members_changed;
    /// This generation was declared dead: nothing of it counts any more, and the process should end
    /// or join anew. All shards were closed. Called once, and nothing after it.
    std::function<void(const std::string& why)> ended;
  };

  /// Becomes a member under `id` (is_node_id) at `address` (`host:port`), by one call of the table.
  static result<std::unique_ptr<ownership>> join(const std::string& id, const std::string& address,
                                                 dependencies needs,
                                                 const membership_options& options = {});
  virtual ~ownership() = default;

  /// Starts the thread, and with it everything. Once; whoever listens to the map has said so
  /// before.
  virtual void start() = 0;

  /// What that thread does, for whoever brings one of his own instead: returns when this node is no
  /// member any more.
  virtual void run() = 0;

  virtual const node_ref& self() const noexcept = 0;
  virtual shard_map& shards() noexcept = 0;
  virtual const read_lease& lease() const noexcept = 0;

  /// The store refused a commit of the shard as stale; the registry has closed it. Any thread.
  virtual void lost(shard_id shard, shard_epoch epoch) = 0;

  /// The map was wrong for somebody: the table is read soon, at most every 50 ms. Any thread.
  virtual void look_again() = 0;

  /// Hands all shards over and ends the membership; `left` is called when that is done. The caller
  /// bounds how long it waits: after a while it destroys this object, and the peers declare the
  /// node dead. Any thread, once.
  virtual void leave(std::function<void()> left) = 0;

  /// What the table said last, for people. Any thread.
  virtual persistence::cluster_view view() const = 0;
  virtual ownership_counters counters() const noexcept = 0;
};

} // namespace muster
