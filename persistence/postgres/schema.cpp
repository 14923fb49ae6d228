#include "persistence/postgres/schema.hpp"

#include "actors/model/shard.hpp"
#include "persistence/postgres/schema_text.hpp"

namespace muster::persistence::postgres {

namespace {

/// "muster" in a number nobody else takes.
constexpr std::string_view lock = "select pg_advisory_xact_lock(7885093243475095634)";

answer<void> migrate(connection& session) {
  auto found = session.run("select schema_version from muster");
  if (!found) {
    return tl::unexpected(found.error());
  }
  const std::int64_t stored = found->empty() ? schema_version : found->number(0, 0);
  answer<void> done;
  for (auto version = stored; version < schema_version && done; ++version) {
    done = session.run_script(schema_step(version) +
                              "update muster set schema_version = " + std::to_string(version + 1));
  }
  return done;
}

answer<void> made(connection& session) {
  return session.run_script("begin; " + std::string(lock)).and_then([&]() -> answer<void> {
    auto found = session.run("select to_regclass('muster') is not null");
    if (!found) {
      return tl::unexpected(found.error());
    }
    if (found->flag(0, 0)) {
      return migrate(session);
    }
    return session.run_script(schema_text()).and_then([&]() -> answer<void> {
      parameters row;
      row.number(schema_version).number(std::int64_t{shard_count});
      return session.run("insert into muster(schema_version, shards) values ($1, $2)", row)
          .map([](const rows&) {});
    });
  });
}

} // namespace

result<void> prepare_schema(connection& session) {
  const auto ready =
      made(session).and_then([&] { return session.run_script("commit"); }).and_then([&] {
        return session.run("select schema_version, shards from muster");
      });
  if (!ready) {
    return tl::unexpected(to_error(ready.error()));
  }
  if (ready->empty() || ready->number(0, 0) > schema_version) {
    return fail(error_code::storage_unavailable,
                "the database's schema is of a newer version than this program");
  }
  if (ready->number(0, 1) != shard_count) {
    return fail(error_code::storage_unavailable,
                "the database has " + std::to_string(ready->number(0, 1)) +
                    " shards, this program " + std::to_string(shard_count));
  }
  return {};
}

} // namespace muster::persistence::postgres
