#pragma once

#include "actors/model/time.hpp"
#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/postgres_store.hpp"
#include "tests/support/postgres/postgres_rig.hpp"

#include <memory>
#include <string>

namespace muster::test {

/// The program's one server without a standby, started at the first use.
postgres_rig& single_server();
/// And one with a synchronous standby, for what needs it.
postgres_rig& server_pair();

persistence::postgres_options options_of(const postgres_rig& rig);
/// A session for the test's own statements.
persistence::postgres::connection session_with(const postgres_rig& rig);

/// Makes the schema, empties all tables, and gives every shard epoch 1 and sequence 0.
void empty_database(postgres_rig& rig, const clock_source& clock);

/// A store without a keeper's thread that owns all shards as their rows are.
std::unique_ptr<persistence::postgres_store>
open_owner(const persistence::postgres_options& options, const clock_source& clock);

} // namespace muster::test
