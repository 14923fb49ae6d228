#include "tests/persistence/postgres/database.hpp"

namespace muster::test {

using namespace persistence;

postgres_rig& single_server() {
  static postgres_rig rig(false);
  return rig;
}

postgres_rig& server_pair() {
  static postgres_rig rig(true);
  return rig;
}

postgres_options options_of(const postgres_rig& rig) {
  postgres_options options;
  options.dsn = rig.dsn();
  options.unsafe_single_copy = true;
  options.keeper_thread = false;
  return options;
}

postgres::connection session_with(const postgres_rig& rig) {
  return postgres::connection::open({rig.dsn(), true, 10'000}).value();
}

void empty_database(postgres_rig& rig, const clock_source& clock) {
  postgres_store::open(options_of(rig), clock).value();
  auto session = session_with(rig);
  const auto names =
      session
          .run("select string_agg(c.relname, ', ') from pg_class c where c.relkind in "
               "('r', 'p') and c.relnamespace = 'public'::regnamespace and not "
               "c.relispartition and c.relname not in ('muster', 'shard_owner', 'cluster_state')")
          .value();
  const auto emptied = session.run_script(
      "truncate " + names.text(0, 0) + "; update shard_owner set epoch = 1, seq = 0, owner = ''");
  if (!emptied) {
    throw std::runtime_error(emptied.error().message);
  }
}

std::unique_ptr<postgres_store> open_owner(const postgres_options& options,
                                           const clock_source& clock) {
  auto opened = postgres_store::open(options, clock).value();
  auto session = postgres::connection::open({options.dsn, true, 10'000}).value();
  const auto marks = session.run("select shard, epoch, seq from shard_owner").value();
  for (std::size_t i = 0; i < marks.size(); ++i) {
    opened->own(static_cast<shard_id>(marks.number(i, 0)),
                static_cast<shard_epoch>(marks.number(i, 1)),
                static_cast<std::uint64_t>(marks.number(i, 2)));
  }
  return opened;
}

} // namespace muster::test
