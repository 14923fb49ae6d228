#pragma once

#include "actors/model/time.hpp"

#include <rocksdb/compaction_filter.h>

#include <cstdint>
#include <memory>

namespace muster::persistence::rocks {

// What compactions drop. Each reads the clock when it starts. The clock outlives the factories.

/// Expired history rows.
std::shared_ptr<rocksdb::CompactionFilterFactory> history_filter(const clock_source& clock,
                                                                 std::int64_t retention_seconds);

/// Done RPCs of a device past their retention.
std::shared_ptr<rocksdb::CompactionFilterFactory> rpc_filter(const clock_source& clock,
                                                             std::int64_t rpc_retention_seconds);

/// The directory's entries of such RPCs, audit entries and events of rule nodes past their
/// retention, and revocations that concern no token any more.
std::shared_ptr<rocksdb::CompactionFilterFactory>
directory_filter(const clock_source& clock, std::int64_t rpc_retention_seconds,
                 std::int64_t audit_retention_seconds, std::int64_t rule_event_retention_seconds);

} // namespace muster::persistence::rocks
