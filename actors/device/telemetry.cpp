#include "actors/device/audit.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/engine/message_data.hpp"
#include "actors/rules/engine/message_types.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// Bounds the replay at an activation, and what a snapshot costs each message.
constexpr std::uint64_t max_journal = 64;

/// Seconds; longer ones are for ever, and would overflow.
constexpr std::int64_t max_ttl = INT64_MAX / 1000;

} // namespace

void device_state::on(save_telemetry& what, context& with) {
  if (with.from_device) {
    if (const auto rules = chain_for(&chain_shortcuts::telemetry)) {
      pass_telemetry(std::move(what), *rules, with);
      with.answer(done{});
      return;
    }
  }
  const timestamp given = latest_.give_time(with.now.wall);
  if (with.who != nullptr) {
    audit_telemetry(what, with);
  }
  const bool told = with.who != nullptr && events_told();
  std::string body = told ? told_entries(what.entries, given) : std::string();
  const auto saved = save_entries(std::move(what.entries), what.ttl_seconds, given,
                                  with.from_device, with.now, with.out);
  if (with.from_device) {
    activity_.spoke(with.now, saved.told, with.out);
  }
  if (saved.snapshot) {
    put_snapshot(with.out);
  }
  if (told) {
    tell(message_types::timeseries_updated, message_data::of_text(std::move(body)), {}, with.now,
         with.out);
  }
  with.answer(done{});
}

device_state::saved_entries device_state::save_entries(std::vector<telemetry_entry>&& entries,
                                                       std::int64_t ttl_seconds, timestamp given,
                                                       bool from_device, instant now,
                                                       effects& out) {
  const std::int64_t ttl = ttl_seconds > 0 ? ttl_seconds : default_ttl();
  const timestamp expires = ttl > 0 ? later(now.wall, std::min(ttl, max_ttl) * 1000) : 0;
  // The journal tells when the device spoke, so only its own messages may be left to it; and a row
  // that vanishes by itself is no journal.
  bool snapshot = !from_device || expires != 0;
  bool any = false;
  saved_entries saved;
  const bool followed = static_cast<bool>(alarm_rules());
  if (followed) {
    put_in_order(entries, given);
  }
  for (auto& entry : entries) {
    if (entry.values.empty()) {
      continue;
    }
    const timestamp ts = entry.ts.value_or(given);
    snapshot |= !latest_.record(ts, entry.values);
    saved.told |= !entry.ts;
    any = true;
    const auto keys = followed ? keys_of(entry.values) : std::vector<std::string>();
    out.mutations.emplace_back(persistence::append_history{
        ts, latest_.arrival(), std::move(entry.values), expires, !entry.ts});
    if (followed) {
      follow_telemetry(ts, {keys.begin(), keys.end()}, now, out);
    }
  }
  saved.snapshot = any && (snapshot || latest_.journal_length() >= max_journal);
  return saved;
}

std::int64_t device_state::default_ttl() const {
  return rules_ != nullptr && rules_->special() ? rules_->get()->default_ttl_seconds : 0;
}

void device_state::audit_telemetry(const save_telemetry& what, context& with) const {
  std::vector<std::string_view> keys;
  for (const auto& entry : what.entries) {
    for (const auto& item : entry.values) {
      keys.push_back(item.key);
    }
  }
  audit(with, audit_action::timeseries_updated, audit_keys({}, keys));
}

void device_state::put_snapshot(effects& out) {
  auto row = latest_.snapshot();
  row.seen = activity_.save();
  out.mutations.emplace_back(std::move(row));
}

void device_state::on(read_latest& what, context& with) {
  if (!what.keys) {
    with.answer(latest_.values());
    return;
  }
  std::vector<latest_value> found;
  for (const auto& key : *what.keys) {
    if (const auto* known = latest_.find(key)) {
      found.push_back(*known);
    }
  }
  with.answer(std::move(found));
}

void device_state::on(delete_telemetry& what, context& with) {
  if (!deletion_) {
    deletion_ = std::make_unique<history_deletion>();
  }
  const bool first = !deletion_->running();
  json_text keys;
  if (with.who != nullptr) {
    tell_history_deleted(what, with);
    keys = audit_keys({}, {what.keys.begin(), what.keys.end()});
  }
  if (!deletion_->enqueue(std::move(what), with.to, settings_->max_deletions)) {
    with.answer(error{error_code::overloaded, {}});
    return;
  }
  audit(with, audit_action::timeseries_deleted, std::move(keys));
  if (first) {
    start_deletion(with.out);
  }
}

void device_state::start_deletion(effects& out) {
  deletion_->start(latest_, out);
  put_snapshot(out);
}

void device_state::history(history_chunk&& chunk, instant now, effects& out) {
  if (!deletion_ || !deletion_->read(std::move(chunk), latest_, out)) {
    return;
  }
  put_snapshot(out);
  out.answer(deletion_->pop(), done{});
  if (deletion_->running()) {
    start_deletion(out);
  } else {
    deletion_.reset();
  }
  flush_activity(now, out);
}

} // namespace muster
