#pragma once

#include <string>

namespace muster::persistence::postgres {

/// The whole schema in SQL, for an empty database.
std::string schema_text();

} // namespace muster::persistence::postgres
