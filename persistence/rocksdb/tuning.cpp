#include "persistence/rocksdb/tuning.hpp"

#include "persistence/encoding/keys.hpp"
#include "persistence/rocksdb/expiry_filter.hpp"
#include "persistence/rocksdb/log.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>

namespace muster::persistence::rocks {

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

rocksdb::DBOptions tune_database(const rocksdb_hooks& hooks) {
  rocksdb::DBOptions tuned;
  tuned.create_if_missing = true;
  tuned.create_missing_column_families = true;
  if (hooks.env != nullptr) {
    tuned.env = hooks.env;
  }
  tuned.info_log = std::make_shared<log_bridge>();
  tuned.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  // Bounds what a start after a crash reads again.
  tuned.max_total_wal_size = 64 * mebibyte;
  // Two cores are shared with everything else.
  tuned.max_background_jobs = 2;
  // Table readers are opened when first used, so that a start reads no table.
  tuned.max_open_files = 512;
  tuned.skip_stats_update_on_db_open = true;
  tuned.skip_checking_sst_file_sizes_on_db_open = true;
  // One thread writes.
  tuned.allow_concurrent_memtable_write = false;
  tuned.enable_write_thread_adaptive_yield = false;
  // Table files reach the disk in steps, so that the sync of a commit does not wait for all of one.
  tuned.bytes_per_sync = mebibyte;
  tuned.stats_dump_period_sec = 0;
  tuned.stats_persist_period_sec = 0;
  return tuned;
}

rocksdb::BlockBasedTableOptions tune_tables(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions tuned;
  tuned.block_cache = cache;
  // Indexes and filters in partitions inside the cache: the budget holds whatever the fleet's size.
  tuned.cache_index_and_filter_blocks = true;
  tuned.pin_top_level_index_and_filter = true;
  tuned.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  tuned.partition_filters = true;
  // An activation asks the filter of each young file: to find these in the cache would be a fifth
  // of its time.
  tuned.metadata_cache_options.partition_pinning = rocksdb::PinningTier::kFlushedAndSimilar;
  tuned.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kFlushedAndSimilar;
  tuned.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
  tuned.format_version = 5;
  // Debian builds RocksDB without the processor's CRC instructions; this one is fast anyway.
  tuned.checksum = rocksdb::kXXH3;
  return tuned;
}

rocksdb::ColumnFamilyOptions tune_family(const rocksdb::BlockBasedTableOptions& tables,
                                         std::size_t write_buffer) {
  rocksdb::ColumnFamilyOptions tuned;
  tuned.table_factory.reset(rocksdb::NewBlockBasedTableFactory(tables));
  tuned.compression = rocksdb::kLZ4Compression;
  tuned.write_buffer_size = write_buffer;
  tuned.max_write_buffer_number = 4;
  tuned.level_compaction_dynamic_level_bytes = true;
  // Small steps, for an empty node's memory.
  tuned.arena_block_size = mebibyte / 8;
  return tuned;
}

/// Rows that are read by device: files and memtables without the device are left out.
void read_by_device(rocksdb::ColumnFamilyOptions& tuned, rocksdb::BlockBasedTableOptions tables) {
  tables.whole_key_filtering = false;
  tuned.table_factory.reset(rocksdb::NewBlockBasedTableFactory(tables));
  tuned.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(keys::prefix_size));
}

/// Rows that expire: without writes a file would be looked at every 30 days.
void let_expire(rocksdb::ColumnFamilyOptions& tuned,
                std::shared_ptr<rocksdb::CompactionFilterFactory> filter) {
  tuned.compaction_filter_factory = std::move(filter);
  tuned.periodic_compaction_seconds = 24 * 3600;
}

} // namespace

tuned_options tune(const rocksdb_options& options, const rocksdb_hooks& hooks,
                   const clock_source& clock) {
  const std::size_t memory = std::max(options.memory, 8 * mebibyte);
  const auto cache = rocksdb::NewLRUCache(memory, 4, false, 0.5);
  tuned_options all;
  all.database = tune_database(hooks);
  // Memtables are paid from the cache's budget, and are flushed before they take more than half.
  all.database.write_buffer_manager =
      std::make_shared<rocksdb::WriteBufferManager>(memory / 2, cache);
  const auto tables = tune_tables(cache);
  const auto plain = tune_family(tables, memory / 2);

  auto devices = plain;
  read_by_device(devices, tables);
  // What is looked for there is there, so filters of the last level would only take room.
  devices.optimize_filters_for_hits = true;
  let_expire(devices, rpc_filter(clock, options.rpc_retention_seconds));
  auto timeseries = plain;
  read_by_device(timeseries, tables);
  // Every message is an insert here, and what an insert costs is cache misses: a small list. Not
  // memtable_insert_with_hint_prefix_extractor: RocksDB 7.8 then aborts at range deletions.
  timeseries.write_buffer_size = std::min(memory / 2, 4 * mebibyte);
  let_expire(timeseries, history_filter(clock, options.retention_seconds));
  auto directory = plain;
  // Each new device asks whether its name is free, and it is: the list is not searched for it.
  directory.memtable_whole_key_filtering = true;
  directory.memtable_prefix_bloom_size_ratio = 0.02;
  let_expire(directory,
             directory_filter(clock, options.rpc_retention_seconds, options.audit_retention_seconds,
                              options.rule_event_retention_seconds));

  all.families = {{rocksdb::kDefaultColumnFamilyName, plain},
                  {"devices", devices},
                  {"timeseries", timeseries},
                  {"due", plain},
                  {"directory", directory}};
  return all;
}

} // namespace muster::persistence::rocks
