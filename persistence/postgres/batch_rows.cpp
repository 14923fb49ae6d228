#include "persistence/postgres/batch_rows.hpp"

#include "persistence/postgres/json_values.hpp"

namespace muster::persistence::postgres {

/// Sorts the mutations of one write.
class mutation_writer {
public:
  mutation_writer(batch_rows& into, const device_id& device) : into_(into), device_(device) {}

  void operator()(const append_history& row) const {
    into_.touch(device_);
    stored_history stored{device_, {}, values_to_json(row.values)};
    stored.row.ts = row.ts;
    stored.row.arrival = row.arrival;
    stored.row.expires = row.expires;
    stored.row.server_time = row.server_time;
    into_.history_.add(stored);
  }
  void operator()(const rewrite_history& row) const {
    into_.touch(device_);
    into_.rewrites_[{device_, row.ts, row.arrival}] = &row;
  }
  void operator()(const put_latest& row) const {
    into_.touch(device_);
    into_.latest_[device_] = &row;
  }
  void operator()(const put_attributes& row) const {
    into_.touch(device_);
    into_.attributes_[{device_, row.scope}] = &row;
  }
  void operator()(const put_counters& row) const {
    into_.touch(device_);
    into_.counters_[device_] = &row;
  }
  void operator()(const put_rpc& row) const {
    into_.touch(device_);
    into_.rpcs_[row.record.id] = {device_, &row};
  }
  void operator()(const erase_rpc& row) const {
    into_.touch(device_);
    into_.rpcs_[row.id] = {device_, nullptr};
  }
  void operator()(const put_alarm& row) const {
    into_.touch(device_);
    into_.alarms_[row.now.id] = &row.now;
  }
  void operator()(const erase_alarm& row) const {
    into_.touch(device_);
    into_.alarms_[row.old.id] = nullptr;
    std::erase_if(into_.comments_,
                  [&](const auto& one) { return one.second.second->alarm == row.old.id; });
  }
  void operator()(const put_alarm_comment& row) const {
    into_.touch(device_);
    into_.comments_[row.now.id] = {device_, &row.now};
  }
  void operator()(const put_due& row) const {
    into_.touch(device_);
    into_.dues_[{device_, row.kind}] = row.at;
  }
  void operator()(const erase_due& row) const {
    into_.touch(device_);
    into_.dues_[{device_, row.kind}] = std::nullopt;
  }
  void operator()(const put_outbox& row) const {
    into_.touch(device_);
    into_.outbox_[{device_, row.row.number}] = &row;
  }
  void operator()(const erase_outbox& row) const {
    into_.touch(device_);
    into_.outbox_[{device_, row.number}] = nullptr;
  }
  void operator()(const put_device& row) const {
    into_.touch(row.now.id);
    add_to_directory(row);
  }
  void operator()(const put_credentials& row) const {
    into_.touch(row.now.device);
    add_to_directory(row);
  }
  void operator()(const erase_device& row) const { into_.erase(row); }
  template <class Mutation>
  void operator()(const Mutation& row) const {
    add_to_directory(row);
  }

private:
  template <class Mutation>
  void add_to_directory(const Mutation& row) const {
    if (into_.directory_.must_wait(row)) {
      into_.finish();
    }
    into_.directory_.add(row);
  }

  batch_rows& into_;
  device_id device_;
};

void batch_rows::add(const write& what) {
  for (const auto& condition : what.preconditions) {
    if (const auto* free = std::get_if<setting_free>(&condition.what)) {
      directory_.expect_free(*free);
    }
  }
  const mutation_writer writer(*this, what.device.value_or(device_id{}));
  for (const auto& row : what.mutations) {
    std::visit(writer, row);
  }
}

void batch_rows::touch(const device_id& device) {
  if (!erased_.empty() && erased_.contains(device)) {
    finish();
  }
  touched_.insert(device);
}

void batch_rows::erase(const erase_device& row) {
  if (touched_.contains(row.info.id)) {
    finish();
  }
  erased_.insert(row.info.id);
  directory_.add(row);
}

void batch_rows::finish() {
  queue_erasures();
  directory_.queue();
  queue_states();
  queue_rpcs();
  queue_dues();
  queue_outbox();
  queue_alarms();
  history_.queue(to_);
  queue_rewrites();
  touched_.clear();
}

void batch_rows::queue_erasures() {
  if (erased_.empty()) {
    return;
  }
  array ids(sql_type::uuid);
  for (const auto& id : erased_) {
    ids.id(id.value);
  }
  const auto devices = parameters().list(ids);
  to_.queue("delete from device where id = any($1)", devices);
  for (const std::string name : {"credentials", "counters", "attribute_group", "latest", "due",
                                 "rpc", "outbox", "alarm_comment"}) {
    to_.queue("delete from " + name + " where device = any($1)", devices);
  }
  to_.queue("delete from alarm where originator = any($1)", devices);
  // A long history goes piece by piece afterwards.
  to_.queue("insert into erased_device(device) select unnest($1) on conflict do nothing", devices);
  erased_.clear();
}

void batch_rows::queue_states() {
  row_batch<stored_attributes> attributes;
  for (const auto& [key, row] : attributes_) {
    attributes.add({key.first, key.second, attributes_to_json(row->rows)});
  }
  attributes.queue(to_);
  row_batch<stored_latest> latest;
  for (const auto& [device, row] : latest_) {
    stored_latest stored{device, {}, latest_to_json(row->values)};
    stored.row.newest_ts = row->newest_ts;
    stored.row.arrival = row->arrival;
    stored.row.seen = row->seen;
    stored.row.newest_given = row->newest_given;
    latest.add(stored);
  }
  latest.queue(to_);
  row_batch<stored_counters> counters;
  for (const auto& [device, row] : counters_) {
    counters.add({device, *row});
  }
  counters.queue(to_);
  attributes_.clear();
  latest_.clear();
  counters_.clear();
}

void batch_rows::queue_rpcs() {
  row_batch<stored_rpc> kept;
  array gone(sql_type::uuid);
  for (const auto& [id, one] : rpcs_) {
    const auto& [device, row] = one;
    if (row == nullptr) {
      gone.id(id.value);
    } else {
      kept.add({device, row->record, row->open ? std::nullopt : std::optional(now_)});
    }
  }
  if (gone.size() > 0) {
    to_.queue("delete from rpc where id = any($1)", parameters().list(gone));
  }
  kept.queue(to_);
  rpcs_.clear();
}

void batch_rows::queue_dues() {
  row_batch<stored_due> kept;
  array devices(sql_type::uuid);
  array kinds(sql_type::bigint);
  for (const auto& [key, at] : dues_) {
    if (at) {
      kept.add({key.first, key.second, shard_of(key.first), *at});
    } else {
      devices.id(key.first.value);
      kinds.number(static_cast<std::int64_t>(key.second));
    }
  }
  if (devices.size() > 0) {
    to_.queue("delete from due using unnest($1, $2) gone(device, kind) "
              "where due.device = gone.device and due.kind = gone.kind",
              parameters().list(devices).list(kinds));
  }
  kept.queue(to_);
  dues_.clear();
}

void batch_rows::queue_outbox() {
  row_batch<stored_outbox> kept;
  array devices(sql_type::uuid);
  array numbers(sql_type::bigint);
  for (const auto& [key, row] : outbox_) {
    if (row != nullptr) {
      kept.add({key.first, key.second, raw_bytes{row->row.content}});
    } else {
      devices.id(key.first.value);
      numbers.number(static_cast<std::int64_t>(key.second));
    }
  }
  if (devices.size() > 0) {
    to_.queue("delete from outbox o using unnest($1, $2) gone(device, number) "
              "where o.device = gone.device and o.number = gone.number",
              parameters().list(devices).list(numbers));
  }
  kept.queue(to_);
  outbox_.clear();
}

void batch_rows::queue_rewrites() {
  row_batch<stored_rewrite> kept;
  array devices(sql_type::uuid);
  array times(sql_type::bigint);
  array arrivals(sql_type::bigint);
  for (const auto& [key, row] : rewrites_) {
    const auto& [device, ts, arrival] = key;
    if (row->values.empty()) {
      devices.id(device.value);
      times.number(ts);
      arrivals.number(static_cast<std::int64_t>(arrival));
    } else {
      kept.add({{device, {ts, arrival, {}, row->expires, false}, values_to_json(row->values)}});
    }
  }
  if (devices.size() > 0) {
    to_.queue("delete from history h using unnest($1, $2, $3) gone(device, ts, arrival) "
              "where h.device = gone.device and h.ts = gone.ts and h.arrival = gone.arrival",
              parameters().list(devices).list(times).list(arrivals));
  }
  kept.queue(to_);
  rewrites_.clear();
}

} // namespace muster::persistence::postgres
