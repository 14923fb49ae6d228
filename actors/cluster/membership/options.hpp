#pragma once

#include "actors/model/time.hpp"

namespace muster {

/// The times of membership, in milliseconds. All nodes of a cluster use the same, and only tests
/// use others than these: the first three keep reads from being stale.
struct membership_options {
  /// From the sending of a renewal that succeeded, reads may be answered without a commit.
  milliseconds lease = 1'000;
  /// What the taker of a dead owner's shards waits after it saw that death: the lease and 10 % for
  /// the drift of clocks.
  milliseconds takeover_wait = 1'100;
  milliseconds renew_every = 300;

  milliseconds probe_every = 250;
  /// A probe that is not answered within this has failed.
  milliseconds probe_timeout = 500;
  /// So many failures in a row are a reason to vote.
  unsigned failed_probes = 3;
  /// How many peers a node probes, besides those that somebody voted against.
  unsigned probed_peers = 3;

  /// How long a vote counts.
  milliseconds vote_window = 10'000;
  /// Whose heartbeat is younger counts as there, for the number of votes that are needed; an older
  /// one is by itself a reason to vote.
  milliseconds heartbeat_fresh = 5'000;
  /// A node's own renewals must have gone well for so long before it judges others by heartbeats:
  /// after the table was away, all of them are old.
  milliseconds steady_for_heartbeats = 5'000;

  /// The table is read at notices, and without one this often; more often while a shard has no
  /// owner.
  milliseconds look_every = 5'000;
  milliseconds look_every_unsettled = 100;
  /// How soon a call that failed is tried again.
  milliseconds retry = 100;

  /// A leaving node that is not relieved by a plan within this releases its shards without one.
  milliseconds leave_patience = 2'000;
};

} // namespace muster
