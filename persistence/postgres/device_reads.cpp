#include "persistence/postgres/alarm_tables.hpp"
#include "persistence/postgres/json_values.hpp"
#include "persistence/postgres/keys.hpp"
#include "persistence/postgres/reads.hpp"

#include <unordered_set>

namespace muster::persistence::postgres {

namespace {

// $1: devices, $2: their shards. Plans are made once and kept, perhaps while the tables are small:
// only those by index and one device after the other are wanted.
constexpr std::string_view by_index = "select set_config('enable_seqscan', 'off', true), "
                                      "set_config('enable_hashjoin', 'off', true), "
                                      "set_config('enable_mergejoin', 'off', true)";

/// The columns before the device's own.
constexpr int first_group = 4;

const std::string& device_text() {
  static const std::string text =
      "select q.n, o.epoch, o.seq, d.id is not null, " + columns_of<device_info>("d.") + ", " +
      columns_of<credentials>("c.") + ", " + columns_of<put_counters>("n.") + ", " +
      columns_of<put_latest>("l.") +
      ", l.content, a.content, b.content, s.content, r.at, i.at, x.at, w.at "
      "from unnest($1, $2) with ordinality q(id, shard, n) "
      "join shard_owner o on o.shard = q.shard "
      "left join device d on d.id = q.id left join credentials c on c.device = q.id "
      "left join counters n on n.device = q.id left join latest l on l.device = q.id "
      "left join attribute_group a on a.device = q.id and a.scope = 0 "
      "left join attribute_group b on b.device = q.id and b.scope = 1 "
      "left join attribute_group s on s.device = q.id and s.scope = 2 "
      "left join due r on r.device = q.id and r.kind = 0 "
      "left join due i on i.device = q.id and i.kind = 1 "
      "left join due x on x.device = q.id and x.kind = 2 "
      "left join due w on w.device = q.id and w.kind = 3 order by q.n";
  return text;
}

/// What the snapshot of latest values does not cover.
const std::string& journal_text() {
  static const std::string text =
      "select q.n, " + columns_of<append_history>("h.") +
      ", h.content from unnest($1) with ordinality q(id, n) "
      "left join latest l on l.device = q.id cross join lateral (select * from history "
      "where device = q.id and ts >= coalesce(l.newest_ts, 0) and arrival > coalesce(l.arrival, 0) "
      "offset 0) h order by q.n, h.arrival";
  return text;
}

const std::string& open_rpcs_text() {
  static const std::string text =
      "select q.n, " + columns_of<rpc_record>("r.") +
      " from unnest($1) with ordinality q(id, n) cross join lateral (select * from rpc "
      "where device = q.id and ended is null offset 0) r order by q.n, r.number";
  return text;
}

const std::string& outbox_text() {
  static const std::string text =
      "select q.n, " + columns_of<stored_outbox>("o.") +
      " from unnest($1) with ordinality q(id, n) cross join lateral (select * from outbox "
      "where device = q.id offset 0) o order by q.n, o.number";
  return text;
}

const std::string& alarms_text() {
  static const std::string text =
      "select q.n, " + columns_of<stored_alarm>("a.") +
      " from unnest($1) with ordinality q(id, n) cross join lateral (select * from alarm "
      "where originator = q.id and not cleared offset 0) a order by q.n, a.id";
  return text;
}

/// Reads a group of columns that an outer join may have left empty; its first one is never null
/// where the row is there.
template <class Row>
int read_group(const rows& from, std::size_t row, int column, Row& into) {
  field_reader in(from, row, column);
  if (!in.is_null()) {
    fields(in, into);
    return in.column();
  }
  column_names skipped;
  fields(skipped, into);
  return column + static_cast<int>(skipped.all().size());
}

template <class Row, class Read>
result<void> read_content(const rows& from, std::size_t row, int column, Row& into, Read read) {
  return from.is_null(row, column) ? result<void>() : read(from.text(row, column), into);
}

result<void> read_state(const rows& from, std::size_t row, device_rows& into) {
  int column = read_group(from, row, first_group, into.info);
  column = read_group(from, row, column, into.access);
  column = read_group(from, row, column, into.counters);
  column = read_group(from, row, column, into.latest);
  if (auto read = read_content(from, row, column++, into.latest.values, latest_from_json); !read) {
    return read;
  }
  for (auto& group : into.attributes) {
    if (auto read = read_content(from, row, column++, group, attributes_from_json); !read) {
      return read;
    }
  }
  for (auto* due : {&into.due_rpc, &into.due_inactivity, &into.due_outbox, &into.due_alarm_rules}) {
    sql_field<std::optional<timestamp>>::get(from, row, column++, *due);
  }
  return {};
}

/// The rows of the device with that number, from `next` on.
result<void> read_journal(const rows& from, std::int64_t number, std::size_t& next,
                          device_rows& into) {
  for (; next < from.size() && from.number(next, 0) == number; ++next) {
    auto& row = into.journal.emplace_back();
    field_reader in(from, next, 1);
    fields(in, row);
    if (auto read = values_from_json(from.text(next, in.column()), row.values); !read) {
      return read;
    }
  }
  return {};
}

result<void> read_alarms(const rows& from, std::int64_t number, std::size_t& next,
                         device_rows& into) {
  for (; next < from.size() && from.number(next, 0) == number; ++next) {
    auto row = from_stored(row_at<stored_alarm>(from, next, 1));
    if (!row) {
      return tl::unexpected(row.error());
    }
    into.alarms.push_back(std::move(*row));
  }
  return {};
}

void skip(const rows& from, std::int64_t number, std::size_t& next) {
  while (next < from.size() && from.number(next, 0) == number) {
    ++next;
  }
}

/// Takes the answers apart, which are in the order of the devices.
struct device_reader {
  const rows& states;
  const rows& journals;
  const rows& rpcs;
  const rows& outboxes;
  const rows& alarms;
  std::size_t next_journal = 0;
  std::size_t next_rpc = 0;
  std::size_t next_outbox = 0;
  std::size_t next_alarm = 0;

  std::vector<result<std::optional<device_rows>>> read_all(std::span<const owned_device> devices) {
    std::vector<result<std::optional<device_rows>>> all;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      all.push_back(read_one(i, devices[i]));
      // What a failure has left.
      const auto number = static_cast<std::int64_t>(i) + 1;
      skip(journals, number, next_journal);
      skip(rpcs, number, next_rpc);
      skip(outboxes, number, next_outbox);
      skip(alarms, number, next_alarm);
    }
    return all;
  }

  result<std::optional<device_rows>> read_one(std::size_t at, const owned_device& asked) {
    const shard_mark& owned = asked.mark;
    if (asked.ours && (static_cast<shard_epoch>(states.number(at, 1)) != owned.epoch ||
                       static_cast<std::uint64_t>(states.number(at, 2)) < owned.sequence)) {
      return fail(error_code::storage_unavailable, "the device belongs to another node now");
    }
    const auto number = static_cast<std::int64_t>(at) + 1;
    if (!states.flag(at, 3)) {
      return read_left(at, number);
    }
    device_rows all;
    const auto read =
        read_state(states, at, all)
            .and_then([&] { return read_journal(journals, number, next_journal, all); })
            .and_then([&] { return read_alarms(alarms, number, next_alarm, all); });
    if (!read) {
      return tl::unexpected(read.error());
    }
    for (; next_rpc < rpcs.size() && rpcs.number(next_rpc, 0) == number; ++next_rpc) {
      all.rpcs.push_back(row_at<rpc_record>(rpcs, next_rpc, 1));
    }
    read_outbox(number, all);
    return all;
  }

  /// Of one that is no device.
  result<std::optional<device_rows>> read_left(std::size_t at, std::int64_t number) {
    device_rows state;
    if (auto read = read_state(states, at, state); !read) {
      return tl::unexpected(read.error());
    }
    device_rows left;
    left.exists = false;
    left.due_outbox = state.due_outbox;
    read_outbox(number, left);
    return left.outbox.empty() && !left.due_outbox ? std::nullopt : std::optional(std::move(left));
  }

  void read_outbox(std::int64_t number, device_rows& into) {
    for (; next_outbox < outboxes.size() && outboxes.number(next_outbox, 0) == number;
         ++next_outbox) {
      auto row = row_at<stored_outbox>(outboxes, next_outbox, 1);
      into.outbox.push_back({row.number, std::move(row.content.data)});
    }
  }
};

} // namespace

result<std::vector<result<std::optional<device_rows>>>>
read_devices(connection& session, std::span<const owned_device> devices) {
  array ids(sql_type::uuid);
  array shards(sql_type::bigint);
  for (const auto& one : devices) {
    ids.id(one.device.value);
    shards.number(static_cast<int>(one.mark.shard));
  }
  begin_snapshot(session);
  session.queue(by_index);
  session.queue(device_text(), parameters().list(ids).list(shards));
  session.queue(journal_text(), parameters().list(ids));
  session.queue(open_rpcs_text(), parameters().list(ids));
  session.queue(outbox_text(), parameters().list(ids));
  session.queue(alarms_text(), parameters().list(ids));
  const auto found = ask_snapshot(session);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const rows& states = (*found)[1];
  if (states.size() != devices.size()) {
    return fail(error_code::internal, "the database lacks rows of shards");
  }
  return device_reader{states, (*found)[2], (*found)[3], (*found)[4], (*found)[5]}.read_all(
      devices);
}

result<std::optional<device_info>> read_device_info(connection& session, const device_id& device) {
  static const std::string text = select_from<device_info>() + "where id = $1";
  return ask(session, text, parameters().id(device)).map(first_row<device_info>);
}

result<std::vector<std::optional<token_owner>>> find_tokens(connection& session,
                                                            std::span<const std::string> tokens) {
  array digests(sql_type::bytea);
  for (const auto& token : tokens) {
    digests.bytes(token_digest(token));
  }
  return ask(session,
             "select q.n, c.device, c.version, c.tenant, c.profile, c.type "
             "from unnest($1) with ordinality q(digest, n) cross join lateral "
             "(select * from credentials where digest = q.digest offset 0) c",
             parameters().list(digests))
      .map([&](const rows& found) {
        std::vector<std::optional<token_owner>> owners(tokens.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
          owners.at(static_cast<std::size_t>(found.number(i, 0)) - 1) =
              token_owner{{found.id(i, 1)},
                          static_cast<std::uint32_t>(found.number(i, 2)),
                          {found.id(i, 3)},
                          {found.id(i, 4)},
                          static_cast<credentials_type>(found.number(i, 5))};
        }
        return owners;
      });
}

result<std::vector<due_entry>> read_due(connection& session, shard_id shard, timestamp until,
                                        std::size_t limit) {
  return ask(session,
             "select at, device, kind from due where shard = $1 and at <= $2 "
             "order by at, device, kind limit $3",
             parameters()
                 .number(static_cast<int>(shard))
                 .number(until)
                 .number(static_cast<std::int64_t>(limit)))
      .map([](const rows& found) {
        std::vector<due_entry> entries;
        for (std::size_t i = 0; i < found.size(); ++i) {
          entries.push_back(
              {found.number(i, 0), {found.id(i, 1)}, static_cast<due_kind>(found.number(i, 2))});
        }
        return entries;
      });
}

result<std::vector<bool>> are_active(connection& session, std::span<const device_id> devices) {
  array ids(sql_type::uuid);
  for (const auto& id : devices) {
    ids.id(id.value);
  }
  return ask(session, "select device from due where kind = 1 and device = any($1)",
             parameters().list(ids))
      .map([&](const rows& found) {
        std::unordered_set<uuid> active;
        for (std::size_t i = 0; i < found.size(); ++i) {
          active.insert(found.id(i, 0));
        }
        std::vector<bool> answers;
        for (const auto& id : devices) {
          answers.push_back(active.contains(id.value));
        }
        return answers;
      });
}

} // namespace muster::persistence::postgres
