#pragma once

#include "persistence/cluster/cluster_table.hpp"

#include <cstddef>
#include <span>

namespace muster {

/// Spreads the shards evenly: the candidates' numbers differ by one at most, with as few moves as
/// that takes. Pure, and the same for everybody who asks the same.
///
/// `holders` says by shard who has it, or is about to; nobody (generation 0): it has to be given to
/// somebody. Shards of holders that are no candidates stay where they are and count for nothing. Of
/// those that candidates hold at most `most_moves` are moved, from the fullest to the emptiest, so
/// that asking again goes on with the rest. Without candidates nothing changes.
persistence::shard_targets place(const persistence::shard_targets& holders,
                                 std::span<const persistence::node_ref> candidates,
                                 std::size_t most_moves);

} // namespace muster
