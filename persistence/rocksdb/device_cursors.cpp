#include "persistence/rocksdb/device_cursors.hpp"

#include "persistence/rocksdb/database.hpp"

#include <utility>

namespace muster::persistence::rocks {

result<device_cursor> device_cursors::take(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* devices,
                                           rocksdb::ColumnFamilyHandle* timeseries) {
  device_cursor taken;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      taken = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (taken.rows) {
    for (auto* one : {taken.rows.get(), taken.history.get()}) {
      if (const auto status = one->Refresh(); !status.ok()) {
        return tl::unexpected(error_of(status));
      }
    }
    return taken;
  }
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  taken.rows.reset(db.NewIterator(options, devices));
  taken.history.reset(db.NewIterator(options, timeseries));
  return taken;
}

void device_cursors::give_back(device_cursor&& used) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(used));
}

void device_cursors::drop() noexcept {
  // Iterators end outside the lock: the last user of a file may have to delete it.
  std::vector<device_cursor> dropped;
  {
    const std::lock_guard lock(mutex_);
    dropped.swap(idle_);
  }
}

} // namespace muster::persistence::rocks
