#include "persistence/postgres/json_values.hpp"
#include "persistence/postgres/keys.hpp"
#include "persistence/postgres/reads.hpp"

#include <unordered_set>

namespace muster::persistence::postgres {

namespace {

const std::string& device_text() {
  static const std::string text =
      "select o.epoch, o.seq, d.id is not null, " + columns_of<device_info>("d.") + ", " +
      columns_of<credentials>("c.") + ", " + columns_of<put_counters>("n.") + ", " +
      columns_of<put_latest>("l.") +
      ", l.content, a.content, b.content, s.content, r.at, i.at from shard_owner o "
      "left join device d on d.id = $1 left join credentials c on c.device = $1 "
      "left join counters n on n.device = $1 left join latest l on l.device = $1 "
      "left join attribute_group a on a.device = $1 and a.scope = 0 "
      "left join attribute_group b on b.device = $1 and b.scope = 1 "
      "left join attribute_group s on s.device = $1 and s.scope = 2 "
      "left join due r on r.device = $1 and r.kind = 0 "
      "left join due i on i.device = $1 and i.kind = 1 where o.shard = $2";
  return text;
}

/// What the snapshot of latest values does not cover.
const std::string& journal_text() {
  static const std::string text =
      "select " + columns_of<append_history>() +
      ", content from history where device = $1 and "
      "ts >= coalesce((select newest_ts from latest where device = $1), 0) and "
      "arrival > coalesce((select arrival from latest where device = $1), 0) order by arrival";
  return text;
}

/// Reads a group of columns that an outer join may have left empty; its first one is never null
/// where the row is there.
template <class Row>
int read_group(const rows& from, int column, Row& into) {
  field_reader in(from, 0, column);
  if (!in.is_null()) {
    fields(in, into);
    return in.column();
  }
  column_names skipped;
  fields(skipped, into);
  return column + static_cast<int>(skipped.all().size());
}

template <class Row, class Read>
result<void> read_content(const rows& from, int column, Row& into, Read read) {
  return from.is_null(0, column) ? result<void>() : read(from.text(0, column), into);
}

result<void> read_state(const rows& from, device_rows& into) {
  int column = read_group(from, 3, into.info);
  column = read_group(from, column, into.access);
  column = read_group(from, column, into.counters);
  column = read_group(from, column, into.latest);
  if (auto read = read_content(from, column++, into.latest.values, latest_from_json); !read) {
    return read;
  }
  for (auto& group : into.attributes) {
    if (auto read = read_content(from, column++, group, attributes_from_json); !read) {
      return read;
    }
  }
  for (auto* due : {&into.due_rpc, &into.due_inactivity}) {
    sql_field<std::optional<timestamp>>::get(from, 0, column++, *due);
  }
  return {};
}

result<void> read_journal(const rows& from, device_rows& into) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    auto& row = into.journal.emplace_back();
    field_reader in(from, i);
    fields(in, row);
    if (auto read = values_from_json(from.text(i, in.column()), row.values); !read) {
      return read;
    }
  }
  return {};
}

} // namespace

result<std::optional<device_rows>> read_device(connection& session, const device_id& device,
                                               const shard_mark& owned) {
  static const std::string rpcs =
      select_from<rpc_record>() + "where device = $1 and ended is null order by number";
  const auto id = parameters().id(device);
  begin_snapshot(session);
  session.queue(device_text(), parameters().id(device).number(static_cast<int>(owned.shard)));
  session.queue(journal_text(), id);
  session.queue(rpcs, id);
  const auto found = ask_snapshot(session);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const rows& state = found->front();
  if (state.empty() || static_cast<shard_epoch>(state.number(0, 0)) != owned.epoch ||
      static_cast<std::uint64_t>(state.number(0, 1)) < owned.sequence) {
    return fail(error_code::storage_unavailable, "the device belongs to another node now");
  }
  if (!state.flag(0, 2)) {
    return std::nullopt;
  }
  device_rows all;
  const auto read = read_state(state, all).and_then([&] { return read_journal((*found)[1], all); });
  if (!read) {
    return tl::unexpected(read.error());
  }
  all.rpcs = all_rows<rpc_record>((*found)[2]);
  return all;
}

result<std::optional<device_info>> read_device_info(connection& session, const device_id& device) {
  static const std::string text = select_from<device_info>() + "where id = $1";
  return ask(session, text, parameters().id(device)).map(first_row<device_info>);
}

result<std::optional<token_owner>> find_token(connection& session, std::string_view token) {
  return ask(session,
             "select device, version, tenant, profile, type from credentials where digest = $1",
             parameters().bytes(token_digest(token)))
      .map([](const rows& found) -> std::optional<token_owner> {
        if (found.empty()) {
          return std::nullopt;
        }
        return token_owner{{found.id(0, 0)},
                           static_cast<std::uint32_t>(found.number(0, 1)),
                           {found.id(0, 2)},
                           {found.id(0, 3)},
                           static_cast<credentials_type>(found.number(0, 4))};
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
