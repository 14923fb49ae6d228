#pragma once

#include "actors/model/time.hpp"
#include "actors/service/cluster_options.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace muster {

/// Bounds and times of everything below http/. Names on the command line are those beside the
/// members; the node fills them, `validate` (options.cpp) says what is out of bounds.
struct service_options {
  /// data.dir
  std::string data_dir = "data";
  /// data.memory: one budget in bytes for memtables and block cache.
  std::size_t data_memory = std::size_t{32} << 20;
  /// data.min_free: below this many free bytes on the disk writes are refused.
  std::uint64_t data_min_free = std::uint64_t{256} << 20;
  /// data.retention: history older than this many seconds is dropped; 0: kept for ever.
  std::int64_t data_retention = 0;
  /// actors.max_resident: devices whose actors stay in memory.
  std::size_t max_resident = 20'000;
  /// actors.threads
  std::size_t actor_threads = 2;
  /// rpc.min_timeout, rpc.client_timeout, rpc.redelivery_after, all in milliseconds; rpc.retention
  /// in seconds.
  milliseconds rpc_min_timeout = 5'000;
  milliseconds rpc_client_timeout = 60'000;
  milliseconds rpc_redelivery_after = 10'000;
  std::int64_t rpc_retention = 7 * 24 * 3600;
  /// packages.max_size: the longest firmware or software package, in bytes.
  std::uint64_t packages_max_size = std::uint64_t{2} << 30;
  /// claim.allow_by_default: devices may offer themselves for claiming without the attribute
  /// `claimingAllowed`.
  bool claim_allow_by_default = true;
  /// claim.duration: milliseconds that an offer without a duration of its own stands.
  milliseconds claim_duration = 24 * 3'600'000;
  /// rules.http_allowed: networks, addresses and hosts that rule chains may call, separated by
  /// commas; empty: all but link-local ones and clouds' metadata.
  std::string rules_http_allowed;
  /// audit.retention: seconds that entries of the audit log are kept.
  std::int64_t audit_retention = 90 * 24 * 3600;
  /// rules.event_retention: seconds that events of debugged rule nodes are kept.
  std::int64_t rule_event_retention = 7 * 24 * 3600;
  /// --demo: the demo tenant, its users and device tokens at the first start; the administrator
  /// then has the well-known password.
  bool demo = false;
  /// cluster.*, node.id
  cluster_options cluster;
};

/// Empty when all is in bounds, else a sentence that names the option.
std::string validate(const service_options& options);

} // namespace muster
