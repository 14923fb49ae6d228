#pragma once

#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/database.hpp"

#include <string>

namespace muster::persistence::rocks {

template <class Row>
std::string encoded(const Row& row) {
  std::string bytes;
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

/// Carries out steps until one fails.
template <class... Steps>
result<void> all_of(Steps... steps) {
  result<void> done;
  (void) ((done = steps(), done.has_value()) && ...);
  return done;
}

} // namespace muster::persistence::rocks
