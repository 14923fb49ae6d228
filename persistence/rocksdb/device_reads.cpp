#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/reads.hpp"
#include "persistence/timeseries/expiry.hpp"

#include <algorithm>
#include <limits>

namespace muster::persistence::rocks {

namespace {

using keys::device_kind;

std::optional<timestamp>& due_of(due_kind kind, device_rows& in) noexcept {
  switch (kind) {
  case due_kind::inactivity:
    return in.due_inactivity;
  case due_kind::outbox:
    return in.due_outbox;
  case due_kind::alarm_rules:
    return in.due_alarm_rules;
  default:
    return in.due_rpc;
  }
}

/// Reads one row of the device's prefix into its place.
result<void> put_in_place(std::string_view key, std::string_view bytes, device_rows& into,
                          bool& exists) {
  const auto part = key.size() > keys::prefix_size + 1
                        ? static_cast<std::uint8_t>(key[keys::prefix_size + 1])
                        : std::uint8_t{0};
  switch (static_cast<device_kind>(key[keys::prefix_size])) {
  case device_kind::info:
    exists = true;
    return decode(bytes, into.info);
  case device_kind::credentials:
    return decode(bytes, into.access);
  case device_kind::counters:
    return decode(bytes, into.counters);
  case device_kind::attributes:
    if (part < into.attributes.size()) {
      return decode(bytes, into.attributes[part]);
    }
    break;
  case device_kind::latest:
    return decode(bytes, into.latest);
  case device_kind::due:
    if (part < due_kinds) {
      return decode_time(bytes, due_of(static_cast<due_kind>(part), into).emplace());
    }
    break;
  case device_kind::rpc_open: {
    rpc_row row;
    return decode(bytes, row).map([&] { into.rpcs.push_back(std::move(row.record)); });
  }
  case device_kind::outbox:
    if (const auto number = keys::parse_outbox(key)) {
      return decode_outbox(bytes, into.outbox.emplace_back(outbox_row{*number, {}}).content);
    }
    break;
  case device_kind::alarm_active:
    return decode(bytes, into.alarms.emplace_back());
  default:
    break;
  }
  return fail(error_code::storage_unavailable, "a stored device has a row of unknown kind");
}

/// What the snapshot of latest values does not cover. Newest first, so the scan ends at the
/// snapshot.
result<void> read_journal(rocksdb::Iterator& rows, const keys::device_prefix& device,
                          device_rows& into) {
  for (rows.Seek(slice(keys::view(device))); rows.Valid(); rows.Next()) {
    const auto place = keys::parse_history(rows.key().ToStringView());
    if (!place) {
      return fail(error_code::storage_unavailable, "a stored history row has a bad key");
    }
    const auto& latest = into.latest;
    if (place->ts < latest.newest_ts ||
        (place->ts == latest.newest_ts && place->arrival <= latest.arrival)) {
      break;
    }
    if (place->arrival <= latest.arrival) {
      continue;
    }
    auto& row = into.journal.emplace_back();
    row.ts = place->ts;
    row.arrival = place->arrival;
    if (auto read = decode_history(rows.value().ToStringView(), row); !read) {
      return read;
    }
  }
  std::ranges::sort(into.journal, {}, &append_history::arrival);
  return rows.status().ok() ? result<void>() : tl::unexpected(error_of(rows.status()));
}

result<std::optional<device_rows>> read_device(device_cursor& cursor,
                                               const keys::device_prefix& prefix) {
  device_rows found;
  bool exists = false;
  auto& rows = *cursor.rows;
  rows.Seek(slice(keys::view(prefix)));
  while (rows.Valid()) {
    const auto key = rows.key().ToStringView();
    const auto kind = keys::kind_of_row(key);
    if (kind == 0 || kind >= keys::first_unread) {
      break;
    }
    if (kind == static_cast<std::uint8_t>(device_kind::rpc_done)) {
      // There may be many of them.
      rows.Seek(slice(keys::view(keys::of_device_row(prefix, device_kind::outbox))));
      continue;
    }
    if (auto read = put_in_place(key, rows.value().ToStringView(), found, exists); !read) {
      return tl::unexpected(read.error());
    }
    rows.Next();
  }
  if (!rows.status().ok()) {
    return tl::unexpected(error_of(rows.status()));
  }
  if (!exists) {
    // Of a device that is gone nothing but its outbox counts.
    device_rows left;
    left.exists = false;
    left.outbox = std::move(found.outbox);
    left.due_outbox = found.due_outbox;
    const bool any = !left.outbox.empty() || left.due_outbox;
    return any ? std::optional(std::move(left)) : std::nullopt;
  }
  std::ranges::sort(found.rpcs, {}, &rpc_record::number);
  if (auto read = read_journal(*cursor.history, prefix, found); !read) {
    return tl::unexpected(read.error());
  }
  return found;
}

} // namespace

result<std::optional<device_rows>> read_device(const database& from, const device_id& device) {
  auto cursor =
      from.cursors().take(from.db(), from.of(family::devices), from.of(family::timeseries));
  if (!cursor) {
    return tl::unexpected(cursor.error());
  }
  auto found = read_device(*cursor, keys::of_device(device));
  if (found) {
    from.cursors().give_back(std::move(*cursor));
  }
  return found;
}

result<std::optional<device_info>> read_device_info(const database& from, const device_id& device) {
  const auto key = keys::of_device_row(keys::of_device(device), device_kind::info);
  return read_row<device_info>(from, family::devices, keys::view(key), decode);
}

result<std::optional<std::pair<device_id, rpc_record>>>
read_rpc(const database& from, const rpc_id& id, const rpc_retention& kept) {
  const auto place = read_row<rpc_place>(
      from, family::directory, keys::of_directory(keys::directory_kind::rpc, id.value), decode);
  if (!place) {
    return tl::unexpected(place.error());
  }
  if (!*place || ((*place)->ended != 0 && outlived((*place)->ended, kept.seconds, kept.now))) {
    return std::nullopt;
  }
  const auto where = (*place)->ended == 0 ? device_kind::rpc_open : device_kind::rpc_done;
  const auto key = keys::of_rpc(keys::of_device((*place)->device), where, id);
  return read_row<rpc_row>(from, family::devices, keys::view(key), decode).map([&](auto row) {
    return row && row->record.request.persistent
               ? std::optional(std::pair((*place)->device, std::move(row->record)))
               : std::nullopt;
  });
}

result<std::vector<due_entry>> read_due(const database& from, shard_id shard, timestamp until,
                                        std::size_t limit) {
  const std::string first(1, static_cast<char>(shard));
  const std::unique_ptr<rocksdb::Iterator> rows(
      from.db().NewIterator(rocksdb::ReadOptions(), from.of(family::due)));
  std::vector<due_entry> found;
  for (rows->Seek(slice(first)); rows->Valid() && found.size() < limit; rows->Next()) {
    const auto key = rows->key().ToStringView();
    const auto place = keys::parse_due(key);
    if (!place) {
      return fail(error_code::storage_unavailable, "a stored deadline has a bad key");
    }
    if (key.front() != first.front() || place->at > until) {
      break;
    }
    found.push_back({place->at, place->device, place->kind});
  }
  if (!rows->status().ok()) {
    return tl::unexpected(error_of(rows->status()));
  }
  return found;
}

} // namespace muster::persistence::rocks
