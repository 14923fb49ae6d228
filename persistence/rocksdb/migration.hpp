#pragma once

#include "persistence/rocksdb/database.hpp"

namespace muster::persistence::rocks {

/// Makes a store of format 1 one of format 2: adds the indexes that came with it (titles of tenants
/// and customers, devices by profile with their counts) and what index rows have gained (profile
/// and tenant). Only puts what follows from other rows, so that one that was interrupted is done
/// again; whoever calls it writes the new format afterwards. One pass over the devices' rows.
result<void> migrate_to_second(const database& from);

} // namespace muster::persistence::rocks
