#pragma once

#include "persistence/rocksdb/directory_batch.hpp"
#include "persistence/store/store.hpp"

#include <rocksdb/write_batch.h>

#include <string>

namespace muster::persistence::rocks {

/// Turns writes of the contract into one RocksDB batch. Used by one commit. An error anywhere
/// spoils the whole batch.
class batch_builder {
public:
  /// Appends to `into`, which is empty. `now` is when RPCs that are done ended.
  batch_builder(const database& from, rocksdb::WriteBatch& into, timestamp now)
      : from_(from), into_(into), directory_(from, into), now_(now) {}

  /// Judges the write and adds it, or nothing of it.
  result<write_outcome> add(const write& change);
  /// After the last write.
  result<void> finish() { return directory_.finish(); }

private:
  class device_writer;
  friend class device_writer;

  result<void> put(family which, std::string_view key, std::string_view row);
  result<void> erase(family which, std::string_view key);
  /// All keys that begin so.
  result<void> erase_all(family which, std::string_view prefix);

  const database& from_;
  rocksdb::WriteBatch& into_;
  directory_batch directory_;
  timestamp now_;
  /// The row being encoded; kept for its memory.
  std::string row_;
};

} // namespace muster::persistence::rocks
