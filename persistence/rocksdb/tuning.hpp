#pragma once

#include "persistence/rocksdb/hooks.hpp"
#include "persistence/rocksdb/open.hpp"

#include <rocksdb/db.h>

#include <vector>

namespace muster::persistence::rocks {

/// The column families in the order of their handles; the default one stays empty.
enum class family : std::size_t { unused = 0, devices, timeseries, due, directory };
inline constexpr std::size_t family_count = 5;

struct tuned_options {
  rocksdb::DBOptions database;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
};

/// How RocksDB is set up, with the reason beside each line. Made once; opening again in place uses
/// the same, so that the memory budget stays one.
tuned_options tune(const rocksdb_options& options, const rocksdb_hooks& hooks,
                   const clock_source& clock);

} // namespace muster::persistence::rocks
