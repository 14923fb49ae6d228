#include "persistence/rocksdb/transfer/import_device.hpp"

#include "persistence/encoding/key_parts.hpp"
#include "persistence/rocksdb/inspection/row_names.hpp"
#include "persistence/rocksdb/transfer/import_entity.hpp"

namespace muster::persistence::rocks {

namespace {

using keys::device_kind;

constexpr std::size_t scopes = 3;

device_id device_of(std::string_view key) {
  return device_id{keys::get_id(key.data() + 1)};
}

/// Whether it is the key of a row that a device has one of.
bool is_single(std::string_view key) {
  return key.size() == keys::prefix_size + 1;
}

/// The byte behind the kind; nullopt: not one byte, or none of `count`.
std::optional<std::uint8_t> part_of(std::string_view key, std::size_t count) {
  const auto part = static_cast<std::uint8_t>(key.back());
  return key.size() == keys::prefix_size + 2 && part < count ? std::optional(part) : std::nullopt;
}

/// What a tenant has, and a device that is deleted may have left.
bool may_be_without_device(std::string_view key) {
  const auto kind = static_cast<device_kind>(keys::kind_of_row(key));
  return kind == device_kind::outbox || (kind == device_kind::due && part_of(key, due_kinds) &&
                                         key.back() == static_cast<char>(due_kind::outbox));
}

/// Rows that name no other entity.
result<mutation> simple_mutation(std::string_view key, std::string_view bytes) {
  const auto as_mutation = [](auto row) {
    return [row]() mutable { return mutation(std::move(*row)); };
  };
  switch (static_cast<device_kind>(keys::kind_of_row(key))) {
  case device_kind::counters: {
    put_counters row;
    return is_single(key) ? decode(bytes, row).map(as_mutation(&row))
                          : result<mutation>(misplaced());
  }
  case device_kind::latest: {
    put_latest row;
    return is_single(key) ? decode(bytes, row).map(as_mutation(&row))
                          : result<mutation>(misplaced());
  }
  case device_kind::attributes: {
    const auto scope = part_of(key, scopes);
    put_attributes row;
    row.scope = static_cast<attribute_scope>(scope.value_or(0));
    return scope ? decode(bytes, row.rows).map(as_mutation(&row)) : result<mutation>(misplaced());
  }
  case device_kind::due: {
    const auto kind = part_of(key, due_kinds);
    put_due row;
    row.kind = static_cast<due_kind>(kind.value_or(0));
    return kind ? decode_time(bytes, row.at).map(as_mutation(&row)) : result<mutation>(misplaced());
  }
  case device_kind::outbox: {
    const auto number = keys::parse_outbox(key);
    put_outbox row;
    row.row.number = number.value_or(0);
    return number ? decode_outbox(bytes, row.row.content).map(as_mutation(&row))
                  : result<mutation>(misplaced());
  }
  default:
    return fail(error_code::invalid, "a device has no rows of that kind");
  }
}

} // namespace

result<void> device_import::add(std::string_view key, std::string_view bytes) {
  if (key.size() <= keys::prefix_size ||
      !key.starts_with(keys::view(keys::of_device(device_of(key))))) {
    return fail(error_code::invalid, "it is no key of a device's row");
  }
  const auto kind = static_cast<device_kind>(keys::kind_of_row(key));
  if (kind == device_kind::info) {
    return finish().and_then([&] { return begin(key, bytes); });
  }
  const bool of_current = current_ && current_->id == device_of(key);
  if (!of_current && may_be_without_device(key)) {
    return finish().and_then([&] { return add_without_device(key, bytes); });
  }
  if (!of_current) {
    return fail(error_code::invalid, "the info of its device has to come before it");
  }
  switch (kind) {
  case device_kind::credentials:
    return is_single(key) ? add_credentials(bytes) : misplaced();
  case device_kind::rpc_open:
  case device_kind::rpc_done:
    return add_rpc(key, bytes, kind == device_kind::rpc_open);
  case device_kind::alarm_active:
  case device_kind::alarm_cleared:
    return add_alarm(key, bytes);
  case device_kind::alarm_comment:
    return add_comment(key, bytes);
  default:
    return simple_mutation(key, bytes).and_then([&](mutation row) { return put(std::move(row)); });
  }
}

result<void> device_import::add_without_device(std::string_view key, std::string_view bytes) {
  return simple_mutation(key, bytes).and_then([&](mutation row) {
    ++report_.other_rows;
    return batch_.add(write_of(device_of(key), std::move(row)));
  });
}

result<void> device_import::add_history(std::string_view key, std::string_view bytes) {
  const auto place = keys::parse_history(key);
  if (!place || !current_ || !key.starts_with(keys::view(keys::of_device(current_->id)))) {
    return fail(error_code::invalid, "the rows of its device have to come before it");
  }
  append_history row;
  row.ts = place->ts;
  row.arrival = place->arrival;
  ++report_.history_rows;
  return decode_history(bytes, row).and_then([&] {
    return batch_.add(write_of(current_->id, std::move(row)));
  });
}

result<void> device_import::finish() {
  if (current_ && !has_credentials_) {
    return fail(error_code::invalid, text_of(*current_) + " before it has no credentials");
  }
  current_.reset();
  has_credentials_ = false;
  return {};
}

result<void> device_import::begin(std::string_view key, std::string_view bytes) {
  device_info info;
  if (auto read = decode(bytes, info); !read) {
    return read;
  }
  if (!is_single(key) || info.id != device_of(key)) {
    return misplaced();
  }
  ids_.apply(info.tenant);
  ids_.apply(info.customer);
  ids_.apply(info.profile);
  ids_.apply(info.firmware);
  ids_.apply(info.software);
  ++report_.devices;
  return replace(info.id).and_then([&] { return check_named(info); }).and_then([&] {
    current_ = info;
    return put(put_device{std::nullopt, info},
               {{device_name_free{info.tenant, info.name},
                 {error_code::already_exists,
                  "another device there has the name \"" + info.name + "\""}}});
  });
}

/// Removes one that is there already.
result<void> device_import::replace(const device_id& device) {
  auto there = is_there(into_.rows(), {entity_type::device, device.value});
  if (!there || !*there) {
    return there ? result<void>() : tl::unexpected(std::move(there.error()));
  }
  if (!replace_) {
    return fail(error_code::already_exists,
                "device " + to_string(device) +
                    " is there already: --replace puts the file's in its place");
  }
  ++report_.replaced;
  if (auto flushed = batch_.flush(); !flushed) {
    return flushed;
  }
  auto gone = erasure_of(into_.rows(), device);
  if (!gone) {
    return tl::unexpected(std::move(gone.error()));
  }
  write change;
  change.device = device;
  change.shard = shard_of(device);
  change.epoch = first_epoch;
  change.mutations.emplace_back(std::move(*gone));
  return batch_.add(change).and_then([&] { return batch_.flush(); });
}

/// An export of all is taken as it is, whatever it names.
result<void> device_import::check_named(const device_info& info) {
  std::vector<entity_ref> all{{entity_type::tenant, info.tenant.value},
                              {entity_type::device_profile, info.profile.value}};
  if (info.customer) {
    all.push_back({entity_type::customer, info.customer->value});
  }
  for (const auto& package : {info.firmware, info.software}) {
    if (package) {
      all.push_back({entity_type::package, package->value});
    }
  }
  for (const auto& one : all) {
    auto [known, fresh] = known_.try_emplace(one.id, true);
    if (fresh) {
      const auto there = is_there(into_.rows(), one);
      if (!there) {
        return tl::unexpected(there.error());
      }
      known->second = *there;
    }
    if (!known->second && name_nobody_++ == 0) {
      report_.notes.push_back(text_of(info) + " and perhaps others name " + to_string(one.id) +
                              ", which is not there");
    }
  }
  return {};
}

result<void> device_import::add_credentials(std::string_view bytes) {
  credentials row;
  if (auto read = decode(bytes, row); !read) {
    return read;
  }
  if (row.device != current_->id) {
    return misplaced();
  }
  has_credentials_ = true;
  std::vector<precondition> conditions{
      {credentials_free{row.credentials_id},
       {error_code::already_exists,
        "another device there has the credentials of " + text_of(*current_)}}};
  return put(put_credentials{std::nullopt, std::move(row), current_->tenant, current_->profile},
             std::move(conditions));
}

result<void> device_import::add_rpc(std::string_view key, std::string_view bytes, bool open) {
  rpc_row row;
  if (auto read = decode(bytes, row); !read) {
    return read;
  }
  const auto kind = open ? device_kind::rpc_open : device_kind::rpc_done;
  const auto here = keys::of_rpc(keys::of_device(current_->id), kind, row.record.id);
  if (key != keys::view(here)) {
    return misplaced();
  }
  auto taken = is_there(into_.rows(), {entity_type::rpc, row.record.id.value});
  if (!taken || *taken) {
    return taken ? fail(error_code::already_exists,
                        "another device there has the RPC " + to_string(row.record.id))
                 : tl::unexpected(std::move(taken.error()));
  }
  const auto change = write_of(current_->id, put_rpc{std::move(row.record), open});
  ++report_.other_rows;
  return open ? batch_.add(change) : batch_.add(change, row.ended);
}

result<void> device_import::add_alarm(std::string_view key, std::string_view bytes) {
  alarm row;
  if (auto read = decode(bytes, row); !read) {
    return read;
  }
  const auto kind = row.cleared ? device_kind::alarm_cleared : device_kind::alarm_active;
  const auto here = keys::of_alarm(keys::of_device(current_->id), kind, row.id);
  if (row.originator != current_->id || key != keys::view(here)) {
    return misplaced();
  }
  auto taken = is_there(into_.rows(), {entity_type::alarm, row.id.value});
  if (!taken || *taken) {
    return taken ? fail(error_code::already_exists,
                        "another device there has the alarm " + to_string(row.id))
                 : tl::unexpected(std::move(taken.error()));
  }
  ids_.apply(row.tenant);
  ids_.apply(row.customer);
  for (auto& entity : row.shown_at) {
    ids_.apply(entity);
  }
  return put(put_alarm{std::nullopt, std::move(row)});
}

result<void> device_import::add_comment(std::string_view key, std::string_view bytes) {
  alarm_comment row;
  if (auto read = decode(bytes, row); !read) {
    return read;
  }
  const auto here = keys::of_alarm_comment(keys::of_device(current_->id), row.alarm, row.id);
  return key == keys::view(here) ? put(put_alarm_comment{std::move(row)}) : misplaced();
}

result<void> device_import::put(mutation what, std::vector<precondition> conditions) {
  auto change = write_of(current_->id, std::move(what));
  change.preconditions = std::move(conditions);
  ++report_.other_rows;
  return batch_.add(change);
}

write device_import::write_of(const device_id& device, mutation what) {
  write change;
  change.device = device;
  change.shard = shard_of(device);
  change.epoch = first_epoch;
  change.mutations.push_back(std::move(what));
  return change;
}

} // namespace muster::persistence::rocks
