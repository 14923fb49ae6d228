#include "persistence/rocksdb/rocksdb_store.hpp"

#include "persistence/directory/lower_case.hpp"
#include "persistence/directory/order.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/batch_builder.hpp"
#include "persistence/rocksdb/reads.hpp"

#include <algorithm>
#include <chrono>

namespace muster::persistence {

namespace rocks {

namespace {

using keys::directory_kind;

constexpr std::chrono::seconds keeper_interval{1};

/// Reads with a handle that is kept as long as the read.
template <class Read>
auto with(const slot& where, Read read) -> decltype(read(std::declval<const database&>())) {
  const auto open = where.readable();
  if (!open) {
    return tl::unexpected(open.error());
  }
  return read(**open);
}

template <class Row>
result<std::optional<Row>> directory_row(const slot& where, const std::string& key,
                                         result<void> (*read)(std::string_view, Row&) = decode) {
  return with(where, [&](const database& from) {
    return read_row<Row>(from, family::directory, key, read);
  });
}

/// A row found by an index that holds its id.
template <class Row>
result<std::optional<Row>> indexed_row(const slot& where, const std::string& index_key,
                                       directory_kind kind) {
  return with(where, [&](const database& from) -> result<std::optional<Row>> {
    const auto id = read_row<uuid>(from, family::directory, index_key, decode_id);
    if (!id || !*id) {
      return id ? result<std::optional<Row>>(std::nullopt) : tl::unexpected(id.error());
    }
    return read_row<Row>(from, family::directory, keys::of_directory(kind, **id), decode);
  });
}

} // namespace

result<std::unique_ptr<rocksdb_store>> rocksdb_store::open(const rocksdb_options& options,
                                                           const rocksdb_hooks& hooks,
                                                           const clock_source& clock) {
  auto where = slot::open(options, hooks, clock);
  if (!where) {
    return tl::unexpected(where.error());
  }
  return std::unique_ptr<rocksdb_store>(
      new rocksdb_store(std::move(*where), options, hooks, clock));
}

rocksdb_store::rocksdb_store(std::unique_ptr<slot> where, const rocksdb_options& options,
                             const rocksdb_hooks& hooks, const clock_source& clock)
    : slot_(std::move(where)), retention_seconds_(options.retention_seconds),
      rpc_retention_seconds_(options.rpc_retention_seconds), sync_(hooks.sync), clock_(clock) {
  if (hooks.keeper_thread) {
    keeper_ = std::thread([this] { keep(); });
  }
}

rocksdb_store::~rocksdb_store() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
  if (keeper_.joinable()) {
    keeper_.join();
  }
}

void rocksdb_store::keep() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, keeper_interval, [this] { return ending_; })) {
    lock.unlock();
    slot_->tend();
    lock.lock();
  }
}

std::vector<write_outcome> rocksdb_store::commit(std::span<const write> batch) {
  const auto failed = [&](const error& why) {
    return std::vector<write_outcome>(batch.size(), {write_outcome::kind::failed, why});
  };
  const auto open = slot_->writable();
  if (!open) {
    return failed(open.error());
  }
  rocksdb::WriteBatch rows;
  auto outcomes = build(**open, batch, rows);
  if (!outcomes) {
    return failed(outcomes.error());
  }
  if (rows.Count() > 0) {
    rocksdb::WriteOptions options;
    options.sync = sync_;
    if (const auto status = (*open)->db().Write(options, &rows); !status.ok()) {
      slot_->write_failed(error_of(status));
      return failed(error_of(status));
    }
  }
  return std::move(*outcomes);
}

result<std::vector<write_outcome>> rocksdb_store::build(const database& from,
                                                        std::span<const write> batch,
                                                        rocksdb::WriteBatch& rows) const {
  batch_builder builder(from, rows, clock_.now().wall);
  std::vector<write_outcome> outcomes;
  outcomes.reserve(batch.size());
  for (const auto& one : batch) {
    auto outcome = builder.add(one);
    if (!outcome) {
      return tl::unexpected(outcome.error());
    }
    outcomes.push_back(std::move(*outcome));
  }
  return builder.finish().map([&] { return std::move(outcomes); });
}

result<std::optional<device_rows>> rocksdb_store::read_device(const device_id& device) {
  return with(*slot_, [&](const database& from) { return rocks::read_device(from, device); });
}

result<std::optional<device_info>> rocksdb_store::read_device_info(const device_id& device) {
  return with(*slot_, [&](const database& from) { return rocks::read_device_info(from, device); });
}

result<std::optional<token_owner>> rocksdb_store::find_token(std::string_view token) {
  return directory_row<token_owner>(*slot_, keys::of_token(token));
}

result<std::optional<device_id>> rocksdb_store::find_device_by_name(const tenant_id& tenant,
                                                                    std::string_view name) {
  const auto key = keys::of_directory(directory_kind::device_name, tenant.value, name);
  return directory_row<uuid>(*slot_, key, decode_id).map([](const auto& id) {
    return id ? std::optional(device_id{*id}) : std::nullopt;
  });
}

result<page<device_info>> rocksdb_store::list_devices(const tenant_id& tenant,
                                                      const std::optional<customer_id>& customer,
                                                      const std::optional<std::string>& type,
                                                      const page_link& link) {
  return with(*slot_, [&](const database& from) {
    return rocks::list_devices(from, {tenant, customer, type}, link);
  });
}

result<std::uint64_t> rocksdb_store::count_devices() {
  return directory_row<std::uint64_t>(*slot_, keys::of_owner(directory_kind::count, {}),
                                      decode_number)
      .map([](const auto& count) { return count.value_or(0); });
}

result<void>
rocksdb_store::scan_history(const history_scan& range, timestamp now,
                            const std::function<scan_step(const append_history&)>& visit) {
  return with(*slot_, [&](const database& from) {
    return rocks::scan_history(from, range, retention_seconds_, now, visit);
  });
}

result<std::optional<std::pair<device_id, rpc_record>>> rocksdb_store::read_rpc(const rpc_id& id) {
  const rpc_retention kept{rpc_retention_seconds_, clock_.now().wall};
  return with(*slot_, [&](const database& from) { return rocks::read_rpc(from, id, kept); });
}

result<page<rpc_record>> rocksdb_store::list_rpcs(const device_id& device,
                                                  const std::optional<rpc_status>& status,
                                                  const page_link& link) {
  const rpc_retention kept{rpc_retention_seconds_, clock_.now().wall};
  return with(*slot_, [&](const database& from) {
    return rocks::list_rpcs(from, device, status, link, kept);
  });
}

result<std::vector<due_entry>> rocksdb_store::read_due(shard_id shard, timestamp until,
                                                       std::size_t limit) {
  return with(*slot_,
              [&](const database& from) { return rocks::read_due(from, shard, until, limit); });
}

result<std::optional<user>> rocksdb_store::read_user(const user_id& id) {
  return directory_row<user>(*slot_, keys::of_directory(directory_kind::user, id.value));
}

result<std::optional<user>> rocksdb_store::find_user_by_email(std::string_view email) {
  return indexed_row<user>(*slot_, keys::of_directory(directory_kind::email, lower_case(email)),
                           directory_kind::user);
}

result<std::optional<tenant>> rocksdb_store::read_tenant(const tenant_id& id) {
  return directory_row<tenant>(*slot_, keys::of_directory(directory_kind::tenant, id.value));
}

result<std::optional<customer>> rocksdb_store::read_customer(const customer_id& id) {
  return directory_row<customer>(*slot_, keys::of_directory(directory_kind::customer, id.value));
}

result<std::optional<device_profile>> rocksdb_store::read_profile(const profile_id& id) {
  return directory_row<device_profile>(*slot_,
                                       keys::of_directory(directory_kind::profile, id.value));
}

result<std::optional<device_profile>> rocksdb_store::find_profile_by_name(const tenant_id& tenant,
                                                                          std::string_view name) {
  return indexed_row<device_profile>(
      *slot_, keys::of_directory(directory_kind::profile_name, tenant.value, name),
      directory_kind::profile);
}

result<std::optional<device_profile>> rocksdb_store::find_default_profile(const tenant_id& tenant) {
  return indexed_row<device_profile>(
      *slot_, keys::of_directory(directory_kind::default_profile, tenant.value),
      directory_kind::profile);
}

result<std::vector<put_revocation>> rocksdb_store::read_revocations() {
  return with(*slot_, [&](const database& from) {
    return rocks::read_revocations(from, clock_.now().wall);
  });
}

result<std::optional<std::string>> rocksdb_store::read_setting(std::string_view name) {
  return directory_row<std::string>(*slot_, keys::of_directory(directory_kind::setting, name),
                                    decode_text);
}

} // namespace rocks

result<std::unique_ptr<store>> open_rocksdb(const rocksdb_options& options,
                                            const clock_source& clock) {
  return rocks::rocksdb_store::open(options, {}, clock).map([](auto opened) {
    return std::unique_ptr<store>(std::move(opened));
  });
}

} // namespace muster::persistence
