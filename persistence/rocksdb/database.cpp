#include "persistence/rocksdb/database.hpp"

#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/migration.hpp"

#include <spdlog/spdlog.h>

namespace muster::persistence::rocks {

namespace {

/// A program of the first format would not keep the indexes of the second, one of the second does
/// not know the kinds of rows that the third has more.
constexpr format_row present_format{3, 3, shard_count};

} // namespace

error error_of(const rocksdb::Status& status) {
  return {error_code::storage_unavailable, "the store failed: " + status.ToString()};
}

result<std::shared_ptr<database>> database::open(const std::string& path,
                                                 const tuned_options& options) {
  std::shared_ptr<database> opened(new database);
  rocksdb::DB* db = nullptr;
  const auto status =
      rocksdb::DB::Open(options.database, path, options.families, &opened->handles_, &db);
  if (status.IsInvalidArgument() && status.ToString().find("not opened") != std::string::npos) {
    return fail(error_code::storage_unavailable,
                "the data was written by a newer version of the program: " + status.ToString());
  }
  if (!status.ok()) {
    return tl::unexpected(error_of(status));
  }
  opened->db_.reset(db);
  if (auto checked = opened->check_format(true); !checked) {
    return tl::unexpected(checked.error());
  }
  return opened;
}

result<std::shared_ptr<database>> database::open_to_read(const std::string& path,
                                                         const tuned_options& options) {
  std::shared_ptr<database> opened(new database);
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(options.database, path, options.families,
                                                   &opened->handles_, &db);
  if (!status.ok()) {
    return tl::unexpected(error_of(status));
  }
  opened->db_.reset(db);
  if (auto checked = opened->check_format(false); !checked) {
    return tl::unexpected(checked.error());
  }
  return opened;
}

database::~database() {
  if (!db_) {
    return;
  }
  cursors_.drop();
  for (auto* handle : handles_) {
    db_->DestroyColumnFamilyHandle(handle);
  }
  if (const auto status = db_->Close(); !status.ok()) {
    spdlog::warn("closing the store: {}", status.ToString());
  }
}

result<bool> database::get(family which, std::string_view key, rocksdb::PinnableSlice& into) const {
  const auto status = db_->Get(rocksdb::ReadOptions(), of(which), slice(key), &into);
  if (status.IsNotFound()) {
    return false;
  }
  if (!status.ok()) {
    return tl::unexpected(error_of(status));
  }
  return true;
}

void database::flush() {
  rocksdb::FlushOptions options;
  options.allow_write_stall = true;
  if (const auto status = db_->Flush(options, handles_); !status.ok()) {
    spdlog::warn("writing out the store's memory: {}", status.ToString());
  }
}

result<void> database::check_format(bool may_write) {
  const std::string key = keys::of_directory(keys::directory_kind::format);
  rocksdb::PinnableSlice bytes;
  const auto found = get(family::directory, key, bytes);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return may_write ? write_format()
                     : fail(error_code::storage_unavailable, "there is no store of this program");
  }
  format_row stored;
  if (auto read = decode(bytes.ToStringView(), stored); !read) {
    return read;
  }
  if (stored.oldest_reader > present_format.version) {
    return fail(error_code::storage_unavailable,
                "the data was written by a newer version of the program (format " +
                    std::to_string(stored.version) + "); this one reads formats up to " +
                    std::to_string(present_format.version));
  }
  if (stored.shards != shard_count) {
    return fail(error_code::storage_unavailable,
                "the data is spread over " + std::to_string(stored.shards) +
                    " shards; this program uses " + std::to_string(shard_count));
  }
  if (stored.version >= present_format.version) {
    return {};
  }
  if (!may_write) {
    return fail(error_code::storage_unavailable,
                "the data is of the older format " + std::to_string(stored.version) +
                    ": start the node once, which brings it to format " +
                    std::to_string(present_format.version));
  }
  const auto migrated = stored.version < 2 ? migrate_to_second(*this) : result<void>();
  return migrated ? write_format() : migrated;
}

result<void> database::write_format() {
  std::string row;
  encode(present_format, row);
  rocksdb::WriteOptions options;
  // All that was written before is durable with it.
  options.sync = true;
  const auto status = db_->Put(options, of(family::directory),
                               slice(keys::of_directory(keys::directory_kind::format)), slice(row));
  return status.ok() ? result<void>() : tl::unexpected(error_of(status));
}

} // namespace muster::persistence::rocks
