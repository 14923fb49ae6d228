#pragma once

#include "persistence/postgres/connection.hpp"

#include <cstdint>

namespace muster::persistence::postgres {

/// Of this program. An older schema is migrated, a newer one refused.
inline constexpr std::int64_t schema_version = 3;

/// Makes or migrates the schema under an advisory lock, so that nodes that start together do it
/// once. Refused, with a message for people: a newer schema, another number of shards.
result<void> prepare_schema(connection& session);

} // namespace muster::persistence::postgres
