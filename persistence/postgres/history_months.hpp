#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/reads.hpp"

namespace muster::persistence::postgres {

// History lies in a partition a month of its ts, since a whole month is dropped at once where
// deleting its rows would cost as much as writing them. What no month holds (devices choose their
// times) lies in history_rest.

/// Makes this month's partition and those of the next two, and moves there what already lies in
/// history_rest.
answer<void> make_months(connection& session, timestamp now);

/// Drops the months that are older than the retention and hold no row of a longer life of its own.
answer<void> drop_months(connection& session, const retention& kept);

} // namespace muster::persistence::postgres
