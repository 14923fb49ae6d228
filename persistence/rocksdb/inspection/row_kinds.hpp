#pragma once

#include "actors/model/error.hpp"
#include "persistence/rocksdb/inspection/data_folder.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace muster::persistence {

/// All rows of one kind in a family.
struct row_kind {
  std::string family;
  std::string kind;
  std::uint64_t rows = 0;
  /// Of keys and rows, uncompressed.
  std::uint64_t bytes = 0;
};

/// Counts all rows; reads the whole store.
result<std::vector<row_kind>> count_kinds(data_folder& data);

} // namespace muster::persistence
