#include "persistence/rocksdb/batch_builder.hpp"

#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/batch_steps.hpp"

#include <type_traits>

namespace muster::persistence::rocks {

/// Adds the mutations of one device (or of the directory, then the device is never used).
class batch_builder::device_writer {
public:
  device_writer(batch_builder& into, const device_id& device)
      : into_(into), device_(device), shard_(shard_of(device)), prefix_(keys::of_device(device)) {}

  result<void> operator()(const append_history& row) {
    encode_history(row.values, row.expires, row.server_time, fresh());
    return put(family::timeseries, keys::of_history(prefix_, row.ts, row.arrival));
  }
  result<void> operator()(const put_latest& row) {
    encode(row, fresh());
    return put(family::devices, keys::of_device_row(prefix_, kind::latest));
  }
  result<void> operator()(const put_attributes& row) {
    encode(row.rows, fresh());
    return put(family::devices, keys::of_device_subrow(prefix_, kind::attributes,
                                                       static_cast<std::uint8_t>(row.scope)));
  }
  result<void> operator()(const put_counters& row) {
    encode(row, fresh());
    return put(family::devices, keys::of_device_row(prefix_, kind::counters));
  }
  result<void> operator()(const rewrite_history& row) {
    const auto key = keys::of_history(prefix_, row.ts, row.arrival);
    if (row.values.empty()) {
      return into_.erase(family::timeseries, keys::view(key));
    }
    encode_history(row.values, row.expires, false, fresh());
    return put(family::timeseries, key);
  }
  result<void> operator()(const put_rpc& row);
  result<void> operator()(const erase_rpc& row);
  result<void> operator()(const put_outbox& row) {
    encode_outbox(row.row.content, fresh());
    return put(family::devices, keys::of_outbox(prefix_, row.row.number));
  }
  result<void> operator()(const erase_outbox& row) {
    return erase(family::devices, keys::of_outbox(prefix_, row.number));
  }
  result<void> operator()(const put_due& row);
  result<void> operator()(const erase_due& row);
  result<void> operator()(const put_device& row) {
    encode(row.now, fresh());
    into_.directory_.add(row);
    return put(family::devices, keys::of_device_row(prefix_, kind::info));
  }
  result<void> operator()(const put_credentials& row) {
    encode(row.now, fresh());
    into_.directory_.add(row);
    return put(family::devices, keys::of_device_row(prefix_, kind::credentials));
  }
  result<void> operator()(const put_alarm& row);
  result<void> operator()(const erase_alarm& row);
  result<void> operator()(const put_alarm_comment& row) {
    encode(row.now, fresh());
    return put(family::devices, keys::of_alarm_comment(prefix_, row.now.alarm, row.now.id));
  }
  result<void> operator()(const erase_device& row);

  template <class Directory>
  result<void> operator()(const Directory& row) {
    if constexpr (std::is_void_v<decltype(into_.directory_.add(row))>) {
      into_.directory_.add(row);
      return {};
    } else {
      return into_.directory_.add(row);
    }
  }

private:
  using kind = keys::device_kind;

  std::string& fresh() {
    into_.row_.clear();
    return into_.row_;
  }
  template <std::size_t N>
  result<void> put(family which, const keys::fixed<N>& key) {
    return into_.put(which, keys::view(key), into_.row_);
  }
  template <std::size_t N>
  result<void> erase(family which, const keys::fixed<N>& key) {
    return into_.erase(which, keys::view(key));
  }
  keys::device_subrow due_row(due_kind which) const {
    return keys::of_device_subrow(prefix_, kind::due, static_cast<std::uint8_t>(which));
  }
  keys::alarm_key alarm_row(const alarm& one) const {
    return keys::of_alarm(prefix_, one.cleared ? kind::alarm_cleared : kind::alarm_active, one.id);
  }
  /// Entries in the directory of the device's RPCs and alarms.
  result<void> erase_entries();

  batch_builder& into_;
  device_id device_;
  shard_id shard_;
  keys::device_prefix prefix_;
};

result<void> batch_builder::device_writer::operator()(const put_rpc& row) {
  const auto& id = row.record.id;
  const auto here = row.open ? kind::rpc_open : kind::rpc_done;
  const auto gone = row.open ? kind::rpc_done : kind::rpc_open;
  const timestamp ended = row.open ? 0 : into_.now_;
  into_.directory_.put_place(id, device_, ended);
  encode(rpc_row{row.record, ended}, fresh());
  return put(family::devices, keys::of_rpc(prefix_, here, id)).and_then([&] {
    return erase(family::devices, keys::of_rpc(prefix_, gone, id));
  });
}

result<void> batch_builder::device_writer::operator()(const erase_rpc& row) {
  into_.directory_.erase_place(row.id);
  return erase(family::devices, keys::of_rpc(prefix_, kind::rpc_open, row.id)).and_then([&] {
    return erase(family::devices, keys::of_rpc(prefix_, kind::rpc_done, row.id));
  });
}

result<void> batch_builder::device_writer::operator()(const put_due& row) {
  if (row.replaces) {
    const auto old = keys::of_due(shard_, *row.replaces, device_, row.kind);
    if (auto erased = erase(family::due, old); !erased) {
      return erased;
    }
  }
  encode_time(row.at, fresh());
  return put(family::due, keys::of_due(shard_, row.at, device_, row.kind)).and_then([&] {
    return put(family::devices, due_row(row.kind));
  });
}

result<void> batch_builder::device_writer::operator()(const erase_due& row) {
  return erase(family::due, keys::of_due(shard_, row.at, device_, row.kind)).and_then([&] {
    return erase(family::devices, due_row(row.kind));
  });
}

result<void> batch_builder::device_writer::operator()(const erase_device& row) {
  for (const auto& due : row.dues) {
    if (auto erased = (*this)(due); !erased) {
      return erased;
    }
  }
  return erase_entries()
      .and_then([&] { return into_.directory_.add(row); })
      .and_then([&] { return into_.erase_all(family::devices, keys::view(prefix_)); })
      .and_then([&] { return into_.erase_all(family::timeseries, keys::view(prefix_)); });
}

result<void> batch_builder::device_writer::operator()(const put_alarm& row) {
  into_.directory_.add(row);
  encode(row.now, fresh());
  return put(family::devices, alarm_row(row.now)).and_then([&] {
    const bool moves = row.old && row.old->cleared != row.now.cleared;
    return moves ? erase(family::devices, alarm_row(*row.old)) : result<void>();
  });
}

result<void> batch_builder::device_writer::operator()(const erase_alarm& row) {
  into_.directory_.add(row);
  return erase(family::devices, alarm_row(row.old)).and_then([&] {
    const auto comments = keys::of_alarm(prefix_, kind::alarm_comment, row.old.id);
    return into_.erase_all(family::devices, keys::view(comments));
  });
}

result<void> batch_builder::device_writer::erase_entries() {
  const auto first = keys::of_device_row(prefix_, kind::rpc_open);
  // Comments have no entries, and come last.
  const auto end = keys::of_device_row(prefix_, kind::alarm_comment);
  const rocksdb::Slice bound = slice(keys::view(end));
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> rows(
      into_.from_.db().NewIterator(options, into_.from_.of(family::devices)));
  alarm row;
  for (rows->Seek(slice(keys::view(first))); rows->Valid(); rows->Next()) {
    const auto key = rows->key().ToStringView();
    const auto which = static_cast<kind>(keys::kind_of_row(key));
    if (which == kind::rpc_open || which == kind::rpc_done) {
      into_.directory_.erase_place(rpc_id{keys::parse_last_id(key).value_or(device_id{}).value});
    } else if (which == kind::alarm_active || which == kind::alarm_cleared) {
      if (auto read = decode(rows->value().ToStringView(), row); !read) {
        return read;
      }
      into_.directory_.add(erase_alarm{row});
    }
  }
  into_.directory_.erase_places_put_for(device_);
  return to_result(rows->status());
}

result<write_outcome> batch_builder::add(const write& change) {
  if (change.device && change.epoch != first_epoch && change.epoch != new_device_epoch) {
    return write_outcome{write_outcome::kind::stale_epoch, {}};
  }
  for (const auto& condition : change.preconditions) {
    const auto holds = directory_.holds(condition);
    if (!holds) {
      return tl::unexpected(holds.error());
    }
    if (!*holds) {
      return write_outcome{write_outcome::kind::refused, condition.if_broken};
    }
  }
  device_writer writer(*this, change.device.value_or(device_id{}));
  for (const auto& row : change.mutations) {
    if (auto added = std::visit(writer, row); !added) {
      return tl::unexpected(added.error());
    }
  }
  return write_outcome{};
}

result<void> batch_builder::put(family which, std::string_view key, std::string_view row) {
  return to_result(into_.Put(from_.of(which), slice(key), slice(row)));
}

result<void> batch_builder::erase(family which, std::string_view key) {
  return to_result(into_.Delete(from_.of(which), slice(key)));
}

result<void> batch_builder::erase_all(family which, std::string_view prefix) {
  // Shard 255 with a device of all ones has no key after it; a longer key bounds it as well.
  std::string end = keys::after(prefix);
  if (end.empty()) {
    end.assign(keys::prefix_size + 48, '\xff');
  }
  return to_result(into_.DeleteRange(from_.of(which), slice(prefix), slice(end)));
}

} // namespace muster::persistence::rocks
