#pragma once

#include "actors/model/error.hpp"
#include "persistence/rocksdb/tuning.hpp"

#include <rocksdb/db.h>

#include <memory>
#include <mutex>
#include <vector>

namespace muster::persistence::rocks {

/// A pair of iterators that reads one device after the other.
struct device_cursor {
  /// Of the families `devices` and `timeseries`; each stays within the prefix it was sought at.
  std::unique_ptr<rocksdb::Iterator> rows;
  std::unique_ptr<rocksdb::Iterator> history;
};

/// Cursors that wait for the next device to be activated: to make them anew each time costs a tenth
/// of a message to a device that is not resident. Thread-safe.
class device_cursors {
public:
  /// A cursor that sees all that is committed now, the history at least as new as the rows: what
  /// the journal has twice does no harm, what it lacks would.
  result<device_cursor> take(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* devices,
                             rocksdb::ColumnFamilyHandle* timeseries);
  void give_back(device_cursor&& used);
  /// Ends those that wait. To be called about once a second: a cursor keeps files and memtables
  /// that are no longer used.
  void drop() noexcept;

private:
  std::mutex mutex_;
  std::vector<device_cursor> idle_;
};

} // namespace muster::persistence::rocks
