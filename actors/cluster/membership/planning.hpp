#pragma once

#include "actors/cluster/membership/options.hpp"
#include "persistence/cluster/cluster_table.hpp"

#include <functional>
#include <optional>

namespace muster {

/// Whether a peer has answered this node.
using heard_peer = std::function<bool(const persistence::node_ref&)>;

/// The plan that `self` should write, if it is the one who plans (the lowest live node that does
/// not leave) and the plan should be another one. Shards that nobody can hold any more, and those
/// of nodes that leave, are all given away at once; of the others at most a tenth are on the way at
/// a time. Who owns nothing yet is given something once it was `heard`: it may be cut off from its
/// peers. Pure.
std::optional<persistence::shard_targets> plan_of(const persistence::cluster_view& view,
                                                  const persistence::node_ref& self,
                                                  const membership_options& options,
                                                  const heard_peer& heard);

} // namespace muster
