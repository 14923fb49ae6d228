#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "persistence/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace muster::persistence {

struct rocksdb_options {
  /// The node's data folder; made when it does not exist. The rows lie in `store` below it.
  std::string path;
  /// One budget in bytes for memtables and block cache.
  std::size_t memory = std::size_t{32} << 20;
  /// Below this many free bytes on the disk commits are refused.
  std::uint64_t min_free = std::uint64_t{256} << 20;
  /// History rows without an expiry of their own end this long after their ts; 0: never.
  std::int64_t retention_seconds = 0;
  /// Done RPCs are kept this long after they ended; 0: for ever.
  std::int64_t rpc_retention_seconds = 7 * 24 * 3600;
  /// Audit entries likewise.
  std::int64_t audit_retention_seconds = 90 * 24 * 3600;
  /// Events of rule nodes likewise.
  std::int64_t rule_event_retention_seconds = 7 * 24 * 3600;
};

/// Opens the embedded store, alone on its folder until it is destroyed. Refused, with a message for
/// people: a folder another process uses, a format newer than this program, another number of
/// shards. The clock outlives the store.
result<std::unique_ptr<store>> open_rocksdb(const rocksdb_options& options,
                                            const clock_source& clock);

} // namespace muster::persistence
