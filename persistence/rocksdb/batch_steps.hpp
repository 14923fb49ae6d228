#pragma once

#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/database.hpp"

#include <string>

namespace muster::persistence::rocks {

template <class Row>
std::string encoded(const Row& row) {
  std::string bytes;
  // Most rows: else each would grow four times.
  bytes.reserve(160);
  encode(row, bytes);
  return bytes;
}

inline std::string encoded_id(const uuid& id) {
  std::string bytes;
  encode_id(id, bytes);
  return bytes;
}

inline result<void> to_result(const rocksdb::Status& status) {
  return status.ok() ? result<void>() : tl::unexpected(error_of(status));
}

} // namespace muster::persistence::rocks
