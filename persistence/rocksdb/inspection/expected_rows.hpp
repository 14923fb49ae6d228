#pragma once

#include "persistence/rocksdb/database.hpp"
#include "persistence/store/store.hpp"

#include <rocksdb/env.h>

#include <functional>
#include <memory>
#include <string_view>

namespace muster::persistence::rocks {

/// Tells what rows the store would write for an entity that is new: by the very code that writes
/// them, over an empty store in memory. Of one thread.
class expected_rows {
public:
  static result<std::unique_ptr<expected_rows>> make();

  using visitor = std::function<void(family which, std::string_view key, std::string_view row)>;
  /// `now`: when RPCs that are done ended.
  result<void> of(const write& what, timestamp now, const visitor& visit);

private:
  expected_rows() = default;

  std::unique_ptr<rocksdb::Env> env_;
  std::shared_ptr<database> none_;
};

} // namespace muster::persistence::rocks
