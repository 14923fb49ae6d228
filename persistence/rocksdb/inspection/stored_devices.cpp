#include "persistence/encoding/key_parts.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/inspection/row_names.hpp"
#include "persistence/rocksdb/inspection/stored_entities.hpp"

#include <optional>
#include <string>
#include <vector>

namespace muster::persistence::rocks {

namespace {

using keys::device_kind;

std::unique_ptr<rocksdb::Iterator> rows_of(const database& from, family which,
                                           const std::string& begin) {
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  options.fill_cache = false;
  options.readahead_size = std::size_t{1} << 20;
  std::unique_ptr<rocksdb::Iterator> rows(from.db().NewIterator(options, from.of(which)));
  rows->Seek(slice(begin));
  return rows;
}

/// All that is stored of one device but its history.
struct device_group {
  std::string prefix;
  std::optional<device_info> info;
  std::optional<credentials> access;
  std::vector<put_due> dues;
  std::vector<rpc_row> rpcs;
  std::vector<alarm> alarms;
  /// There are rows beside an outbox and its deadline.
  bool more_than_outbox = false;
};

class shard_visit {
public:
  shard_visit(const database& from, std::uint8_t shard, timestamp rpcs_since,
              expected_rows& expected, const entity_visitor& visit, const known_entities& known)
      : shard_(1, static_cast<char>(shard)), rows_(rows_of(from, family::devices, shard_)),
        history_(rows_of(from, family::timeseries, shard_)), rpcs_since_(rpcs_since),
        expected_(expected), visit_(visit), known_(known) {}

  result<device_counts_read> run() {
    while (here(*rows_)) {
      device_group group;
      group.prefix = std::string(rows_->key().ToStringView().substr(0, keys::prefix_size));
      read_history_before(group.prefix, false);
      for (; here(*rows_) && rows_->key().starts_with(slice(group.prefix)); rows_->Next()) {
        read(group);
      }
      if (auto told = tell(group); !told) {
        return tl::unexpected(std::move(told.error()));
      }
      read_history_of(group);
    }
    read_history_before({}, true);
    for (const auto* each : {rows_.get(), history_.get()}) {
      if (!each->status().ok()) {
        return tl::unexpected(error_of(each->status()));
      }
    }
    return counts_;
  }

private:
  bool here(const rocksdb::Iterator& rows) const {
    return rows.Valid() && rows.key().starts_with(slice(shard_));
  }

  void read(device_group& group) {
    const auto key = rows_->key().ToStringView();
    auto done = key.size() > keys::prefix_size
                    ? read(group, key, rows_->value().ToStringView())
                    : fail(error_code::storage_unavailable, "a key of no kind");
    if (!done) {
      visit_.problem(key_text(family::devices, key) + ": " + done.error().message);
    }
  }

  result<void> read(device_group& group, std::string_view key, std::string_view bytes) {
    const auto kind = static_cast<device_kind>(key[keys::prefix_size]);
    const bool due_outbox =
        kind == device_kind::due && key.back() == static_cast<char>(due_kind::outbox);
    group.more_than_outbox |= kind != device_kind::outbox && !due_outbox;
    switch (kind) {
    case device_kind::info:
      return decode(bytes, group.info.emplace());
    case device_kind::credentials:
      return decode(bytes, group.access.emplace());
    case device_kind::counters: {
      put_counters row;
      return decode(bytes, row);
    }
    case device_kind::attributes: {
      std::vector<attribute_row> attributes;
      return decode(bytes, attributes);
    }
    case device_kind::latest: {
      put_latest row;
      return decode(bytes, row);
    }
    case device_kind::due: {
      put_due row;
      row.kind = static_cast<due_kind>(key.back());
      return decode_time(bytes, row.at).map([&] { group.dues.push_back(row); });
    }
    case device_kind::rpc_open:
    case device_kind::rpc_done: {
      rpc_row row;
      return decode(bytes, row).map([&] { group.rpcs.push_back(std::move(row)); });
    }
    case device_kind::outbox: {
      std::string content;
      return decode_outbox(bytes, content);
    }
    case device_kind::alarm_active:
    case device_kind::alarm_cleared:
      return decode(bytes, group.alarms.emplace_back());
    case device_kind::alarm_comment: {
      alarm_comment row;
      return decode(bytes, row);
    }
    }
    return fail(error_code::storage_unavailable, "a row of unknown kind");
  }

  result<void> tell(device_group& group) {
    if (!group.info) {
      return tell_left(group);
    }
    ++counts_.devices;
    const auto& info = *group.info;
    named(info, "tenant", info.tenant.value);
    named(info, "profile", info.profile.value);
    named(info, "customer", info.customer ? std::optional(info.customer->value) : std::nullopt);
    named(info, "firmware", info.firmware ? std::optional(info.firmware->value) : std::nullopt);
    named(info, "software", info.software ? std::optional(info.software->value) : std::nullopt);
    write all;
    all.device = info.id;
    all.epoch = first_epoch;
    all.mutations.emplace_back(put_device{std::nullopt, info});
    if (group.access) {
      all.mutations.emplace_back(
          put_credentials{std::nullopt, *group.access, info.tenant, info.profile});
    } else {
      visit_.problem(text_of(info) + " has no credentials");
    }
    for (const auto& due : group.dues) {
      all.mutations.emplace_back(due);
    }
    for (auto& one : group.alarms) {
      all.mutations.emplace_back(put_alarm{std::nullopt, std::move(one)});
    }
    return expected_.of(all, 0, visit_.expected).and_then([&] { return tell_rpcs(group); });
  }

  /// A tenant has an outbox, and so may a device that is deleted.
  result<void> tell_left(const device_group& group) {
    if (group.more_than_outbox) {
      visit_.problem(key_text(family::devices, group.prefix) + " has rows, but is not there");
      return {};
    }
    write all;
    all.device = device_id{keys::get_id(group.prefix.data() + 1)};
    all.epoch = first_epoch;
    for (const auto& due : group.dues) {
      all.mutations.emplace_back(due);
    }
    return expected_.of(all, 0, visit_.expected);
  }

  result<void> tell_rpcs(device_group& group) {
    for (auto& rpc : group.rpcs) {
      if (rpc.ended != 0 && rpc.ended < rpcs_since_) {
        continue;
      }
      write one;
      one.device = group.info->id;
      one.epoch = first_epoch;
      one.mutations.emplace_back(put_rpc{std::move(rpc.record), rpc.ended == 0});
      if (auto told = expected_.of(one, rpc.ended, visit_.expected); !told) {
        return told;
      }
    }
    return {};
  }

  static std::string text_of(const device_info& info) {
    return "device " + to_string(info.id) + " \"" + info.name + "\"";
  }

  void named(const device_info& info, std::string_view what, const std::optional<uuid>& id) {
    const bool left = known_.going.contains(info.tenant.value);
    if (id && !left && !known_.may_be_named(*id)) {
      visit_.problem(text_of(info) + " names the " + std::string(what) + " " + to_string(*id) +
                     ", which is not there");
    }
  }

  void read_history_of(const device_group& group) {
    for (; here(*history_) && history_->key().starts_with(slice(group.prefix)); history_->Next()) {
      ++counts_.history_rows;
      const auto key = history_->key().ToStringView();
      const auto done = keys::parse_history(key)
                            ? decode_history(history_->value().ToStringView(), row_)
                            : fail(error_code::storage_unavailable, "a bad key");
      if (!done) {
        visit_.problem(key_text(family::timeseries, key) + ": " + done.error().message);
      }
    }
  }

  /// History of devices that are not there.
  void read_history_before(const std::string& prefix, bool all) {
    std::string last;
    for (; here(*history_) &&
           (all || history_->key().ToStringView().substr(0, keys::prefix_size) < prefix);
         history_->Next()) {
      ++counts_.history_rows;
      const auto key = history_->key().ToStringView().substr(0, keys::prefix_size);
      if (key != last) {
        last = key;
        visit_.problem(key_text(family::devices, key) + " has history, but is not there");
      }
    }
  }

  const std::string shard_;
  const std::unique_ptr<rocksdb::Iterator> rows_;
  const std::unique_ptr<rocksdb::Iterator> history_;
  const timestamp rpcs_since_;
  expected_rows& expected_;
  const entity_visitor& visit_;
  const known_entities& known_;
  device_counts_read counts_;
  append_history row_;
};

} // namespace

result<device_counts_read> visit_devices(const database& from, std::uint8_t shard,
                                         timestamp rpcs_since, expected_rows& expected,
                                         const entity_visitor& visit, const known_entities& known) {
  return shard_visit(from, shard, rpcs_since, expected, visit, known).run();
}

} // namespace muster::persistence::rocks
