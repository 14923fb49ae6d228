#pragma once

#include "persistence/rocksdb/batch_builder.hpp"
#include "persistence/rocksdb/transfer/staged_store.hpp"

#include <rocksdb/write_batch.h>

#include <cstddef>
#include <optional>

namespace muster::persistence::rocks {

/// Gathers writes for a staged store, by the code that makes the rows of a running node. Of one
/// thread.
class import_batch {
public:
  explicit import_batch(staged_store& into) : into_(into) {}

  /// Error: that of a precondition that does not hold.
  result<void> add(const write& change);
  /// Of an RPC that ended then.
  result<void> add(const write& change, timestamp ended);
  /// So that reads of the store see all that was added.
  result<void> flush();

private:
  staged_store& into_;
  rocksdb::WriteBatch rows_;
  std::optional<batch_builder> builder_;
  std::size_t writes_ = 0;
};

} // namespace muster::persistence::rocks
