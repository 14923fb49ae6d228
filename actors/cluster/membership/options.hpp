#pragma once

#include "actors/model/time.hpp"

#include <cstddef>

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
  /// A peer that has never answered yet may still be connecting: so long nothing is held against
  /// it.
  milliseconds probe_grace = 3'000;
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

  /// How often the table is read at most, whoever asks for it.
  milliseconds look_pause = 50;
  /// Others are judged by a view no older than this.
  milliseconds judged_view_age = 500;

  /// Take-overs of one call, few enough that the next renewal is not late.
  std::size_t claims_per_call = 16;
  /// A shard is served by nobody while it is handed over, so the others wait for their turn.
  std::size_t drained_at_once = 32;
  /// A leaving node that is not relieved by a plan within this releases its shards without one.
  milliseconds leave_patience = 2'000;
};

} // namespace muster
