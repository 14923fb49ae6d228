#pragma once

#include "actors/model/shard.hpp"
#include "actors/model/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace muster {

enum class member_state : std::uint8_t { alive, leaving, dead };

/// A node as the cluster's table knows it.
struct cluster_node {
  std::string id;
  std::uint64_t generation = 0;
  /// `host:port` among the nodes; empty for a single node.
  std::string address;
  member_state status = member_state::alive;
  /// Shards whose owner it is.
  std::size_t shards = 0;
  /// Wall time.
  timestamp last_heartbeat = 0;
};

struct cluster_shard {
  std::uint64_t epoch = 0;
  /// The id of the node; empty: nobody's.
  std::string owner;
};

/// Who serves which devices, as this node has seen it last.
struct cluster_status {
  std::vector<cluster_node> nodes;
  /// By number; shard_count of them.
  std::vector<cluster_shard> shards;
};

} // namespace muster
