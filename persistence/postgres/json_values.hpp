#pragma once

#include "actors/model/error.hpp"
#include "persistence/store/mutation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace muster::persistence::postgres {

// Values as the database keeps them: JSON that people can query with `::json`, and from which
// every value comes back exactly. A number with a point or an exponent is a double, one without a
// long. JSON values stand as they came; one that could be taken for something else is a member
// "$json" with its text. The order of keys is kept.

/// {"temperature":42,"state":"on"}
std::string values_to_json(const std::vector<key_value>& values);
result<void> values_from_json(std::string_view text, std::vector<key_value>& into);

/// [["temperature",1700000000000,42]]: key, ts, value.
std::string latest_to_json(const std::vector<latest_value>& values);
result<void> latest_from_json(std::string_view text, std::vector<latest_value>& into);

/// [["target",1700000000000,7,21]]: key, last update, number of the change, value; a deleted
/// attribute has no value.
std::string attributes_to_json(const std::vector<attribute_row>& rows);
result<void> attributes_from_json(std::string_view text, std::vector<attribute_row>& into);

} // namespace muster::persistence::postgres
