#pragma once

#include "actors/model/error.hpp"
#include "persistence/encoding/row_reader.hpp"

#include <string>

namespace muster::persistence {

/// How reading a row ended.
inline result<void> finish(const row_reader& in, const char* kind) {
  if (in.problem() == nullptr) {
    return {};
  }
  return fail(error_code::storage_unavailable,
              std::string("a stored row (") + kind + ") " + in.problem());
}

} // namespace muster::persistence
