#pragma once

#include "actors/model/error.hpp"
#include "actors/model/shard.hpp"
#include "actors/model/time.hpp"
#include "persistence/cluster/node_ref.hpp"
#include "persistence/store/shard_epoch.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace muster::persistence {

/// A life only goes forward: alive, perhaps leaving, dead.
enum class member_status : std::uint8_t {
  alive,
  /// Hands its shards over and is given none.
  leaving,
  dead,
};

/// One member's word that it does not hear another one.
struct death_vote {
  node_ref voter;
  /// Milliseconds since it was cast, by the table's clock, when the view was read.
  milliseconds age = 0;

  friend bool operator==(const death_vote&, const death_vote&) = default;
};

struct member {
  node_ref node;
  /// Where its peers reach it: `host:port`.
  std::string address;
  member_status status = member_status::alive;
  /// When it last renewed its row: wall time of the table's clock, and how long that was ago when
  /// the view was read.
  timestamp last_heartbeat = 0;
  milliseconds heartbeat_age = 0;
  std::vector<death_vote> votes;

  friend bool operator==(const member&, const member&) = default;
};

/// The durable row that every commit of the shard is fenced by.
struct shard_row {
  shard_epoch epoch{};
  /// Grows with each commit of the shard.
  std::uint64_t seq = 0;
  /// Generation 0: released, or never owned.
  node_ref owner;
  /// Who shall own it by the last plan; generation 0: nobody yet.
  node_ref target;

  friend bool operator==(const shard_row&, const shard_row&) = default;
};

/// All that the table says, of one moment.
struct cluster_view {
  /// Grows with every change of members, votes and plan; not with heartbeats, nor with owners.
  std::uint64_t version = 0;
  /// By node. Dead generations are left out once they own nothing and a newer one has joined.
  std::vector<member> members;
  std::array<shard_row, shard_count> shards{};

  friend bool operator==(const cluster_view&, const cluster_view&) = default;
};

/// The plan: of each shard who shall own it.
using shard_targets = std::array<node_ref, shard_count>;

/// A shard of one's own with what its writes carry.
struct owned_shard {
  shard_id shard{};
  shard_epoch epoch{};
  std::uint64_t seq = 0;

  friend bool operator==(const owned_shard&, const owned_shard&) = default;
};

/// A take-over names what it replaces, and happens only where that is still so.
struct shard_claim {
  shard_id shard{};
  shard_epoch seen_epoch{};
  node_ref seen_owner;
};

/// The cluster's common table of members and shard owners: each call is one atomic, durable step
/// that is seen by all nodes. It keeps; who may do what when is decided in actors/cluster.
///
/// One thread calls it (`wake` excepted), and each call blocks until the table has answered. The
/// error is storage_unavailable: nothing is known of what the call did, and it may still happen
/// later. A comparison that failed is no error but `false`, or a shard that is not in the answer.
class cluster_table {
public:
  virtual ~cluster_table() = default;

  /// Makes a member of the next generation of `id`, alive, and declares the older ones dead.
  virtual result<node_ref> join(const std::string& id, const std::string& address) = 0;

  /// The heartbeat. False: this generation was declared dead, or is not known: it must end.
  virtual result<bool> renew(const node_ref& self) = 0;

  virtual result<cluster_view> read() = 0;

  /// Adds `voter`'s vote against `suspect`, or renews it, and with `decides` declares it dead in
  /// the same step. False: the view is not of version `seen` any more, or one of the two is dead.
  virtual result<bool> vote(std::uint64_t seen, const node_ref& suspect, const node_ref& voter,
                            bool decides) = 0;

  /// Replaces the plan. False: the view is not of version `seen` any more.
  virtual result<bool> plan(std::uint64_t seen, const shard_targets& targets) = 0;

  /// Takes each shard whose row is as claimed, and is released or of an owner declared dead, under
  /// the next epoch; nothing when `self` is dead. Shard by shard: after an error some may be taken.
  virtual result<std::vector<owned_shard>> take(const node_ref& self,
                                                std::span<const shard_claim> claims) = 0;

  /// Which of these `self` owns, with their epochs. A write, though it changes nothing: it waits
  /// for whatever an earlier call may have under way, and its answer is as durable as a commit.
  virtual result<std::vector<owned_shard>> confirm(const node_ref& self,
                                                   std::span<const shard_id> shards) = 0;

  /// Gives up those that `self` owns under these epochs; `seq` counts for nothing. Afterwards none
  /// is its own any more.
  virtual result<void> release(const node_ref& self, std::span<const owned_shard> shards) = 0;

  /// From now on `self` is leaving. False: it is dead.
  virtual result<bool> leave(const node_ref& self) = 0;

  /// The end of `self`: dead by its own word. What it still owns can be taken.
  virtual result<void> depart(const node_ref& self) = 0;

  /// Blocks until the table was changed (true; a notice can be missed, and may be of one's own
  /// change), `wake` was called since the last time, or `at_most` is over.
  virtual bool wait(milliseconds at_most) = 0;

  /// Ends a wait that goes on, or the next one. Any thread.
  virtual void wake() noexcept = 0;
};

} // namespace muster::persistence
