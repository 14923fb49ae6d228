#include "persistence/rocksdb/rocksdb_store.hpp"

#include "persistence/rocksdb/batch_builder.hpp"
#include "persistence/rocksdb/open_read.hpp"
#include "persistence/rocksdb/reads.hpp"

#include <algorithm>
#include <chrono>

namespace muster::persistence {

namespace rocks {

namespace {

constexpr std::chrono::seconds keeper_interval{1};

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
      rpc_retention_seconds_(options.rpc_retention_seconds),
      audit_retention_seconds_(options.audit_retention_seconds),
      rule_event_retention_seconds_(options.rule_event_retention_seconds), sync_(hooks.sync),
      clock_(clock) {
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

} // namespace rocks

result<std::unique_ptr<store>> open_rocksdb(const rocksdb_options& options,
                                            const clock_source& clock) {
  return rocks::rocksdb_store::open(options, {}, clock).map([](auto opened) {
    return std::unique_ptr<store>(std::move(opened));
  });
}

} // namespace muster::persistence
