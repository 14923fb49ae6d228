#include "persistence/rocksdb/rocksdb_store.hpp"

#include <rocksdb/utilities/checkpoint.h>

#include <memory>

namespace muster::persistence::rocks {

/// Tables are linked where the file system can do that, else copied; the journal is copied.
result<void> rocksdb_store::write_backup(const std::string& folder) {
  const auto from = slot_->readable();
  if (!from) {
    return tl::unexpected(from.error());
  }
  rocksdb::Checkpoint* made = nullptr;
  if (const auto status = rocksdb::Checkpoint::Create(&(*from)->db(), &made); !status.ok()) {
    return tl::unexpected(error_of(status));
  }
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  const auto status = checkpoint->CreateCheckpoint(folder);
  return status.ok() ? result<void>() : tl::unexpected(error_of(status));
}

} // namespace muster::persistence::rocks
