#pragma once

#include "persistence/rocksdb/database.hpp"
#include "persistence/rocksdb/folder_lock.hpp"
#include "persistence/store/health.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace muster::persistence::rocks {

/// Where the open database is kept, and replaced after an error: RocksDB stays read-only after a
/// failed write of its journal, closing and opening it again in the process heals it. Thread-safe.
///
/// Readers hold counted handles. After a failed write no new handle is given out; when the last one
/// is back, the database is closed and opened, tried again at each `tend` until it works. Writes
/// stop already while the disk has fewer than `min_free` bytes left, which needs no opening.
class slot {
public:
  /// The clock outlives the slot.
  static result<std::unique_ptr<slot>> open(const rocksdb_options& options,
                                            const rocksdb_hooks& hooks, const clock_source& clock);
  /// Waits for nobody: all handles are back.
  ~slot();

  /// For reads.
  result<std::shared_ptr<database>> readable() const;
  /// For a commit: refused while the disk is nearly full.
  result<std::shared_ptr<database>> writable();
  /// A commit failed: nothing is written until the database has been opened again.
  void write_failed(const error& why);

  /// Looks after the disk and opens the database again when that is due; called about once a
  /// second, by one thread.
  void tend();

  store_health health() const;

private:
  slot(const rocksdb_options& options, const rocksdb_hooks& hooks, const clock_source& clock,
       folder_lock lock);

  /// Notes the free bytes; whether there are enough.
  bool look_at_disk();
  /// Whether there are enough, by a look of at most a moment ago.
  bool enough_free();
  bool close_failed();
  void open_again();
  std::uint64_t free_bytes() const;

  const std::string path_;
  const std::uint64_t min_free_;
  const rocksdb_hooks hooks_;
  const folder_lock lock_;
  const tuned_options tuned_;
  const clock_source& clock_;

  mutable std::mutex mutex_;
  std::shared_ptr<database> open_;
  /// Why the database has to be opened again; empty: it does not.
  std::string failure_;
  bool disk_full_ = false;
  /// Steady time of the last look at the disk.
  milliseconds looked_at_ = 0;
  store_health health_;

  /// The failed database until its last reader has gone. Used by `tend` only.
  std::shared_ptr<database> closing_;
};

} // namespace muster::persistence::rocks
