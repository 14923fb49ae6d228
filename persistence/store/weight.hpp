#pragma once

#include "persistence/store/mutation.hpp"

#include <cstddef>

namespace muster::persistence {

/// About how many bytes of memory the mutation holds; what queues are bounded by.
std::size_t weight(const mutation& what) noexcept;

} // namespace muster::persistence
