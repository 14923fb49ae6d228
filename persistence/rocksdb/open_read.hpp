#pragma once

#include "persistence/rocksdb/slot.hpp"

#include <utility>

namespace muster::persistence::rocks {

/// Reads with a handle that is kept as long as the read.
template <class Read>
auto with(const slot& where, Read read) -> decltype(read(std::declval<const database&>())) {
  const auto open = where.readable();
  if (!open) {
    return tl::unexpected(open.error());
  }
  return read(**open);
}

} // namespace muster::persistence::rocks
