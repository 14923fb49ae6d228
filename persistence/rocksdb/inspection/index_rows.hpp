#pragma once

#include "actors/model/time.hpp"
#include "persistence/rocksdb/database.hpp"

#include <cstddef>
#include <functional>
#include <string_view>

namespace muster::persistence::rocks {

/// Of the index that the key lies in, in an index_tally.
std::size_t place_of(family which, std::string_view key) noexcept;

/// Whether it is the place of an RPC that ended before `rpcs_since`, which may be gone or not.
bool is_left_out(std::string_view key, std::string_view row, timestamp rpcs_since);

/// All deadlines.
result<void> walk_due(const database& rows,
                      const std::function<void(std::string_view key, std::string_view row)>& visit);

} // namespace muster::persistence::rocks
