#pragma once

#include "persistence/cluster/cluster_table.hpp"

#include <cstdint>
#include <variant>
#include <vector>

namespace muster {

// What a node asks of the cluster's table: one call at a time.

struct renew_call {
  /// Steady time of the sending: what the read lease counts from.
  milliseconds sent = 0;
};
struct look_call {};
struct vote_call {
  std::uint64_t seen = 0;
  persistence::node_ref suspect;
  bool decides = false;
};
struct plan_call {
  std::uint64_t seen = 0;
  persistence::shard_targets targets;
};
struct take_call {
  std::vector<persistence::shard_claim> claims;
};
struct confirm_call {
  std::vector<shard_id> shards;
};
struct release_call {
  std::vector<persistence::owned_shard> shards;
};
struct leave_call {};
struct depart_call {};

using table_call = std::variant<renew_call, look_call, vote_call, plan_call, take_call,
                                confirm_call, release_call, leave_call, depart_call>;

/// Nothing is known of what the call did.
struct call_failed {
  std::string why;
};
/// It was done, or the comparison failed.
using call_verdict = bool;
using call_shards = std::vector<persistence::owned_shard>;

/// `call_verdict` for renew, vote, plan, leave; `call_shards` for take and confirm; true for
/// release and depart, which have no comparison.
using table_answer =
    std::variant<call_failed, call_verdict, persistence::cluster_view, call_shards>;

/// Carries the call out. Blocks as the table does.
table_answer perform(persistence::cluster_table& table, const persistence::node_ref& self,
                     const table_call& what);

} // namespace muster
