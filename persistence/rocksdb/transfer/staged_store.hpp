#pragma once

#include "actors/model/error.hpp"
#include "persistence/rocksdb/database.hpp"
#include "persistence/rocksdb/folder_lock.hpp"

#include <rocksdb/write_batch.h>

#include <filesystem>
#include <memory>
#include <string>

namespace muster::persistence::rocks {

/// A copy of a data folder's store (or a new one, where there is none), which takes the store's
/// place in one step, or is gone: whatever happens before, nothing of the folder has changed.
/// The tables, which nobody changes, are linked. Nobody else uses the folder while this lives. Of
/// one thread; everything blocks on the disk.
class staged_store {
public:
  /// Refused: a folder that a process uses or that belongs to another user, a store of another
  /// format.
  static result<std::unique_ptr<staged_store>> make(const std::string& folder);
  /// Removes the copy, and the folder if it was made for it.
  ~staged_store();

  staged_store(const staged_store&) = delete;
  staged_store& operator=(const staged_store&) = delete;

  const database& rows() const noexcept { return *rows_; }
  const std::filesystem::path& folder() const noexcept { return folder_; }
  /// Not durable until the copy is in place.
  result<void> write(rocksdb::WriteBatch& rows);
  /// Makes it durable and exchanges it for the store. Once; afterwards there are no rows here.
  result<void> put_in_place();

private:
  staged_store(std::filesystem::path folder, bool made, folder_lock lock);

  result<void> copy_store();
  result<void> open();
  result<void> flush();

  const std::filesystem::path folder_;
  const bool made_;
  bool placed_ = false;
  std::unique_ptr<folder_lock> lock_;
  std::shared_ptr<database> rows_;
};

} // namespace muster::persistence::rocks
