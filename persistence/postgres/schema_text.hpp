#pragma once

#include <cstdint>
#include <string>

namespace muster::persistence::postgres {

/// The whole schema in SQL, for an empty database.
std::string schema_text();

/// What makes of a schema of this version one of the next.
std::string schema_step(std::int64_t version);

} // namespace muster::persistence::postgres
