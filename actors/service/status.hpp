#pragma once

#include "actors/model/histogram.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace muster {

/// Of a node of a cluster. Counters since start unless said otherwise.
struct cluster_figures {
  /// Now: shards served here, members alive, peers connected.
  std::size_t shards_served = 0;
  std::size_t members_alive = 0;
  std::size_t peers_connected = 0;
  /// Whether the last renewal of the membership is young enough to answer reads by.
  bool lease_valid = false;

  std::uint64_t shards_taken = 0;
  std::uint64_t shards_handed_over = 0;
  /// By a commit that was refused as stale, or a death that this node learned of.
  std::uint64_t shards_lost = 0;
  /// Changes of devices refused as stale.
  std::uint64_t fenced_commits = 0;
  std::uint64_t renewals_failed = 0;
  std::uint64_t requests_forwarded = 0;
  std::uint64_t requests_received = 0;
  std::uint64_t requests_refused = 0;
};

/// One reading of everything below http/ for metrics and health. Counters since start unless said
/// otherwise.
struct service_status {
  /// Now.
  std::size_t active_devices = 0;
  std::size_t loading_devices = 0;
  std::size_t quarantined_devices = 0;
  std::size_t parked_polls = 0;
  /// RPCs of resident devices now, by state.
  std::size_t rpcs_queued = 0;
  std::size_t rpcs_delivered = 0;

  std::uint64_t activations = 0;
  std::uint64_t passivations = 0;
  std::uint64_t commands = 0;
  std::uint64_t overloads = 0;
  std::uint64_t exceptions = 0;

  std::uint64_t commits = 0;
  std::uint64_t commit_failures = 0;
  std::uint64_t committed_rows = 0;
  std::size_t commit_queue = 0;
  /// Microseconds of one commit; submissions in one batch.
  histogram_counts<12> commit_time;
  histogram_counts<10> commit_batch;

  std::size_t read_queue = 0;
  std::uint64_t reads = 0;
  std::uint64_t read_refusals = 0;

  std::uint64_t store_bytes = 0;
  std::uint64_t store_reopenings = 0;
  /// Empty while the store takes writes, else why it does not.
  std::string store_trouble;
  std::uint64_t disk_free = 0;

  /// Absent: a single node.
  std::optional<cluster_figures> cluster;
};

} // namespace muster
