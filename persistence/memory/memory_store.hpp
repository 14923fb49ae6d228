#pragma once

#include "actors/model/time.hpp"
#include "persistence/store/store.hpp"

#include <cstdint>
#include <memory>

namespace muster::persistence {

struct memory_store_options {
  /// As in rocksdb_options; 0: never.
  std::int64_t retention_seconds = 0;
  std::int64_t rpc_retention_seconds = 7 * 24 * 3600;
  std::int64_t audit_retention_seconds = 90 * 24 * 3600;
  std::int64_t rule_event_retention_seconds = 7 * 24 * 3600;
};

/// The store for tests: keeps everything in memory, and fails on demand. All members thread-safe.
class memory_store : public store {
public:
  /// The next `count` commits change nothing and fail with storage_unavailable.
  virtual void fail_commits(std::uint32_t count) = 0;
  /// The next `count` reads of any kind fail with storage_unavailable.
  virtual void fail_reads(std::uint32_t count) = 0;
  /// Writes of this shard with another epoch are stale from now on.
  virtual void set_epoch(shard_id shard, shard_epoch epoch) = 0;
};

/// The clock outlives the store.
std::unique_ptr<memory_store> make_memory_store(const clock_source& clock,
                                                memory_store_options options = {});

} // namespace muster::persistence
