#include "persistence/postgres/history_months.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace muster::persistence::postgres {

namespace {

using namespace std::chrono;

constexpr int months_ahead = 2;

/// Changing partitions waits for long reads, and commits would queue behind it: rather another
/// time.
constexpr const char* short_wait = "begin; set local lock_timeout = '500ms'; ";

timestamp start_of(year_month month) {
  return duration_cast<std::chrono::milliseconds>(
             sys_days(month / std::chrono::day(1)).time_since_epoch())
      .count();
}

std::string name_of(year_month month) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "history_%04d_%02u", static_cast<int>(month.year()),
                static_cast<unsigned>(month.month()));
  return name.data();
}

year_month month_at(timestamp now) {
  const year_month_day date(
      floor<days>(sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(now))));
  return date.year() / date.month();
}

answer<void> run_alone(connection& session, const std::string& script) {
  auto done = session.run_script(short_wait + script + " commit");
  if (!done && session.alive()) {
    session.roll_back();
  }
  return done;
}

answer<void> make_month(connection& session, year_month month) {
  const std::string name = name_of(month);
  const std::string from = std::to_string(start_of(month));
  const std::string to = std::to_string(start_of(month + months(1)));
  return run_alone(session, "lock table history_rest in share row exclusive mode; create table " +
                                name +
                                " (like history including defaults); with moved as (delete from "
                                "history_rest where ts >= " +
                                from + " and ts < " + to + " returning *) insert into " + name +
                                " select * from moved; alter table history attach partition " +
                                name + " for values from (" + from + ") to (" + to + ");");
}

/// Looks once more when nobody can write: a row with a longer life may have come meanwhile.
answer<void> drop_month(connection& session, const std::string& name, timestamp now) {
  return run_alone(session,
                   "lock table only history in access exclusive mode; do $$ begin if not exists "
                   "(select from " +
                       name + " where expires > " + std::to_string(now) + ") then drop table " +
                       name + "; end if; end $$;");
}

} // namespace

answer<void> make_months(connection& session, timestamp now) {
  for (int ahead = 0; ahead <= months_ahead; ++ahead) {
    const auto month = month_at(now) + months(ahead);
    const auto there =
        session.run("select to_regclass($1) is not null", parameters().text(name_of(month)));
    if (!there) {
      return tl::unexpected(there.error());
    }
    if (!there->flag(0, 0)) {
      if (auto made = make_month(session, month); !made) {
        return made;
      }
    }
  }
  return {};
}

answer<void> drop_months(connection& session, const retention& kept) {
  const auto tables =
      session.run("select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid "
                  "where i.inhparent = 'history'::regclass and c.relname <> 'history_rest'");
  if (!tables) {
    return tl::unexpected(tables.error());
  }
  for (std::size_t i = 0; i < tables->size(); ++i) {
    const std::string name = tables->text(i, 0);
    int number = 0;
    unsigned month = 0;
    if (std::sscanf(name.c_str(), "history_%d_%u", &number, &month) != 2 ||
        start_of(year(number) / std::chrono::month(month) + months(1)) > kept.oldest()) {
      continue;
    }
    const auto alive = session.run("select exists (select from " + name + " where expires > $1)",
                                   parameters().number(kept.now));
    if (!alive) {
      return tl::unexpected(alive.error());
    }
    if (!alive->flag(0, 0)) {
      if (auto dropped = drop_month(session, name, kept.now); !dropped) {
        return dropped;
      }
    }
  }
  return {};
}

} // namespace muster::persistence::postgres
