#pragma once

#include "actors/cluster/membership/options.hpp"
#include "persistence/cluster/cluster_table.hpp"

#include <optional>

namespace muster {

/// The plan that `self` should write, if it is the one who plans (the lowest live node that does
/// not leave) and the plan should be another one. Shards that nobody can hold any more, and those
/// of nodes that leave, are all given away at once; of the others at most a tenth are on the way at
/// a time. Pure.
std::optional<persistence::shard_targets> plan_of(const persistence::cluster_view& view,
                                                  const persistence::node_ref& self,
                                                  const membership_options& options);

} // namespace muster
