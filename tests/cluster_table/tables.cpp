#include "tests/cluster_table/tables.hpp"

namespace muster::test {

using persistence::postgres::parameters;

sql_tables::sql_tables() : session_(session_with(single_server())) {
  static const bool made = [] {
    manual_clock clock;
    empty_database(single_server(), clock);
    return true;
  }();
  static_cast<void>(made);
  const auto emptied =
      session_.run_script("truncate member, member_vote, member_generation, shard_target; "
                          "update shard_owner set epoch = 0, seq = 0, owner = ''");
  if (!emptied) {
    throw std::runtime_error(emptied.error().message);
  }
}

void sql_tables::pass(milliseconds time) {
  for (const auto* statement :
       {"update member set heartbeat = heartbeat - $1 * interval '1 millisecond'",
        "update member_vote set cast_at = cast_at - $1 * interval '1 millisecond'"}) {
    session_.run(statement, parameters().number(time)).value();
  }
}

} // namespace muster::test
