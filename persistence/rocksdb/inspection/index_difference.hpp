#pragma once

#include "actors/model/time.hpp"
#include "persistence/rocksdb/database.hpp"
#include "persistence/rocksdb/inspection/index_tally.hpp"

#include <functional>
#include <string>

namespace muster::persistence::rocks {

/// Reads all once more: which entries of the indexes that do not agree are missing, wrong or of
/// nothing. Tells `problem`, on this thread. Blocks for long.
result<void> tell_differences(const database& rows, timestamp rpcs_since,
                              const index_tally& expected, const index_tally& stored,
                              const std::function<void(std::string)>& problem);

} // namespace muster::persistence::rocks
