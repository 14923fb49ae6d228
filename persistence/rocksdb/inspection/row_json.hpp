#pragma once

#include "actors/model/error.hpp"
#include "actors/model/uuid.hpp"

#include <string>
#include <string_view>

namespace muster::persistence {

/// A stored row as JSON for people and programs: `{"family":..,"key":..,"hex":..,"row":{..}}`, the
/// fields by the names of the columns in SQL. Tokens, keys and hashes of passwords are shown as
/// `***` unless `secrets`. Error: storage_unavailable for a row that cannot be read; the message
/// names it.
result<std::string> row_json(std::string_view family, std::string_view key, std::string_view row,
                             bool secrets);

/// As keys are given on a command line: hexadecimal. Error: invalid.
result<std::string> key_from_text(std::string_view hexadecimal);
/// What all keys of a device's rows begin with.
std::string key_of_device(const device_id& device);

} // namespace muster::persistence
