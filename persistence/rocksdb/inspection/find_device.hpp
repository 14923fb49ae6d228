#pragma once

#include "actors/model/error.hpp"
#include "actors/model/uuid.hpp"
#include "persistence/rocksdb/inspection/data_folder.hpp"

#include <string_view>

namespace muster::persistence {

/// The device that is meant by an identifier, a token or a name. Error: not_found; invalid for a
/// name that several tenants have used, which the message lists.
result<device_id> find_device(data_folder& data, std::string_view meant);

} // namespace muster::persistence
