#pragma once

#include "actors/model/error.hpp"
#include "persistence/rocksdb/device_cursors.hpp"
#include "persistence/rocksdb/tuning.hpp"

#include <rocksdb/db.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster::persistence::rocks {

/// What a failed call means to the store's users.
error error_of(const rocksdb::Status& status);

inline rocksdb::Slice slice(std::string_view bytes) noexcept {
  return {bytes.data(), bytes.size()};
}

/// One opening of the database. Readers share it; the last to let go closes it.
class database {
public:
  /// Opens or creates it and checks its format.
  static result<std::shared_ptr<database>> open(const std::string& path,
                                                const tuned_options& options);
  /// The same to be read only, journal included: writes nothing, and refuses a store of an older
  /// format as well.
  static result<std::shared_ptr<database>> open_to_read(const std::string& path,
                                                        const tuned_options& options);
  ~database();

  database(const database&) = delete;
  database& operator=(const database&) = delete;

  rocksdb::DB& db() const noexcept { return *db_; }
  rocksdb::ColumnFamilyHandle* of(family which) const noexcept {
    return handles_[static_cast<std::size_t>(which)];
  }

  /// False: no such row.
  result<bool> get(family which, std::string_view key, rocksdb::PinnableSlice& into) const;

  device_cursors& cursors() const noexcept { return cursors_; }

  /// Asks long scans to end, since the database is to be closed. Any thread.
  void recall() noexcept { recalled_.store(true, std::memory_order_relaxed); }
  bool recalled() const noexcept { return recalled_.load(std::memory_order_relaxed); }

  /// Writes out what lies in memory, so that the next start reads no journal. An error is logged:
  /// the journal has it all.
  void flush();

private:
  database() = default;
  result<void> check_format(bool may_write);
  result<void> write_format();

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  mutable device_cursors cursors_;
  std::atomic<bool> recalled_{false};
};

} // namespace muster::persistence::rocks
