#include "persistence/postgres/housekeeping.hpp"

#include "persistence/postgres/history_months.hpp"
#include "persistence/postgres/reads.hpp"

namespace muster::persistence::postgres {

namespace {

/// "musterhk" in a number nobody else takes.
constexpr std::string_view take_turn = "select pg_try_advisory_lock(7885093243477387371)";
constexpr std::string_view end_turn = "select pg_advisory_unlock(7885093243477387371)";

/// Rows that one statement removes: some milliseconds' work.
constexpr std::uint64_t piece = 2'000;

constexpr std::string_view remove_history = R"(
delete from history h using (
  select device, ts, arrival from history where expires <> 0 and expires < $1 limit $2) gone
where h.device = gone.device and h.ts = gone.ts and h.arrival = gone.arrival)";

constexpr std::string_view remove_rest = R"(
delete from history_rest h where ctid = any(array(
  select ctid from history_rest where expires = 0 and ts < $1 limit $2)))";

constexpr std::string_view remove_rpcs = R"(
delete from rpc where ctid = any(array(select ctid from rpc where ended < $1 limit $2)))";

constexpr std::string_view remove_audit = R"(
delete from audit where ctid = any(array(select ctid from audit where created < $1 limit $2)))";

constexpr std::string_view remove_rule_events = R"(
delete from rule_event where ctid = any(array(
  select ctid from rule_event where created < $1 limit $2)))";

constexpr std::string_view remove_revocations = R"(
delete from revocation where ctid = any(array(
  select ctid from revocation where expires <> 0 and expires < $1 limit $2)))";

constexpr std::string_view remove_notes = R"(
delete from change_log where ctid = any(array(
  select ctid from change_log where id < (select max(id) from change_log) and
    at < now() - interval '1 hour' limit $1)))";

constexpr std::string_view remove_writers =
    "delete from writer where seen < now() - interval '30 days'";

} // namespace

result<bool> housekeeping::tend(connection& session) {
  const auto turn = session.run(take_turn);
  if (!turn || !turn->flag(0, 0)) {
    return turn ? result<bool>(false) : tl::unexpected(to_error(turn.error()));
  }
  const timestamp now = clock_.now().wall;
  auto more =
      make_months(session, now)
          .and_then([&] {
            return drop_months(session, {options_.retention_seconds, now});
          })
          .and_then([&] { return remove_expired(session, now); })
          .and_then([&](bool expired) {
            return remove_erased(session).map([&](bool erased) { return expired || erased; });
          });
  if (more) {
    if (const auto size = session.run("select pg_database_size(current_database())")) {
      const std::lock_guard lock(mutex_);
      bytes_on_disk_ = static_cast<std::uint64_t>(size->number(0, 0));
    }
  } else if (session.alive()) {
    session.roll_back();
  }
  session.run(end_turn);
  return more.map_error(to_error);
}

std::uint64_t housekeeping::bytes_on_disk() const {
  const std::lock_guard lock(mutex_);
  return bytes_on_disk_;
}

answer<bool> housekeeping::remove_expired(connection& session, timestamp now) {
  const auto limit = static_cast<std::int64_t>(piece);
  const auto before = [&](std::int64_t seconds) {
    return parameters().number(retention{seconds, now}.oldest()).number(limit);
  };
  session.queue(remove_history, parameters().number(now).number(limit));
  session.queue(remove_rest, before(options_.retention_seconds));
  session.queue(remove_rpcs, before(options_.rpc_retention_seconds));
  session.queue(remove_audit, before(options_.audit_retention_seconds));
  session.queue(remove_rule_events, before(options_.rule_event_retention_seconds));
  session.queue(remove_revocations, parameters().number(now).number(limit));
  session.queue(remove_notes, parameters().number(limit));
  session.queue(remove_writers);
  return session.flush().map([](const std::vector<rows>& all) {
    bool more = false;
    for (const auto& one : all) {
      more = more || one.touched() >= piece;
    }
    return more;
  });
}

answer<bool> housekeeping::remove_erased(connection& session) {
  session.queue("begin");
  session.queue("select device from erased_device limit 1 for update skip locked");
  const auto found = session.flush();
  if (!found) {
    return tl::unexpected(found.error());
  }
  const rows& erased = found->back();
  if (erased.empty()) {
    return session.run("commit").map([](const rows&) { return false; });
  }
  const auto device = parameters().id(erased.id(0, 0));
  const auto removed = session.run(
      "delete from history h using (select ts, arrival from history where device = $1 limit $2) "
      "gone where h.device = $1 and h.ts = gone.ts and h.arrival = gone.arrival",
      parameters().id(erased.id(0, 0)).number(static_cast<std::int64_t>(piece)));
  if (!removed) {
    return tl::unexpected(removed.error());
  }
  if (removed->touched() < piece) {
    session.queue("delete from erased_device where device = $1", device);
  }
  session.queue("commit");
  return session.flush().map([](const std::vector<rows>&) { return true; });
}

} // namespace muster::persistence::postgres
