#include "actors/device/device_state.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace muster {

namespace {

timestamp newest_sign(const std::vector<persistence::append_history>& journal) noexcept {
  timestamp newest = 0;
  for (const auto& row : journal) {
    newest = row.server_time ? std::max(newest, row.ts) : newest;
  }
  return newest;
}

std::uint64_t newest_change(const persistence::device_rows& rows) noexcept {
  std::uint64_t newest = std::max(rows.counters.shared_change, rows.counters.cursor.value_or(0));
  for (const auto& row : rows.attributes[static_cast<std::size_t>(attribute_scope::shared)]) {
    newest = std::max(newest, row.change);
  }
  return newest;
}

bool may_see(const caller& who, const device_info& info) noexcept {
  switch (who.role) {
  case authority::system_administrator:
    return false;
  case authority::tenant_administrator:
    return who.tenant == info.tenant;
  case authority::customer_user:
    return who.tenant == info.tenant && who.customer && who.customer == info.customer;
  }
  return false;
}

error forbidden() {
  return {error_code::forbidden, "You don't have permission to perform this operation!"};
}

bool shows_alarm(const command_body& what) noexcept {
  const auto* change = std::get_if<change_alarm>(&what);
  return change != nullptr && change->action == alarm_action::show;
}

/// What the server tells a device's actor, and nobody else may.
bool server_only(const command_body& what) noexcept {
  return std::holds_alternative<provision_existing>(what) ||
         std::holds_alternative<set_target_package>(what) ||
         std::holds_alternative<inspect_device>(what) ||
         std::holds_alternative<take_rule_message>(what) || shows_alarm(what);
}

/// Of devices that are his, a customer's user may do all but this.
bool administrators_only(const command_body& what) noexcept {
  return std::holds_alternative<delete_device>(what) ||
         std::holds_alternative<save_credentials>(what) ||
         std::holds_alternative<save_calculated_fields>(what) ||
         std::holds_alternative<assign_device>(what);
}

/// A customer's user claims what is not his yet, and gives back what may be nobody's.
bool may_claim(const caller& who, const device_info& info, const command_body& what) noexcept {
  if (who.role != authority::customer_user || who.tenant != info.tenant) {
    return false;
  }
  return std::holds_alternative<claim_device>(what) ||
         (std::holds_alternative<reclaim_device>(what) && !info.customer);
}

} // namespace

device_state::device_state(const device_settings& settings, const device_id& device)
    : settings_(&settings), mailbox_(settings) {
  info_.id = device;
}

device_state::device_state(const device_settings& settings, persistence::device_rows&& rows,
                           instant now, const rules_entry* rules)
    : settings_(&settings), rules_(rules), info_(std::move(rows.info)),
      access_(std::move(rows.access)), exists_(rows.exists),
      of_tenant_(!rows.exists && info_.tenant != tenant_id{}),
      rpc_used_(rows.counters.rpc_reserved), rpc_reserved_(rows.counters.rpc_reserved),
      cursor_(newest_change(rows), rows.counters.cursor),
      latest_(std::move(rows.latest), rows.journal),
      activity_(rows.latest.seen, newest_sign(rows.journal), rows.due_inactivity),
      mailbox_(settings), rpc_due_(rows.due_rpc) {
  for (std::size_t scope = 0; scope < groups_.size(); ++scope) {
    groups_[scope] = attribute_group(std::move(rows.attributes[scope]));
  }
  group(attribute_scope::shared).forget_deleted(cursor_.position().value_or(UINT64_MAX));
  const bool special = rules_ != nullptr && rules_->special();
  activity_.restore_timeout(special ? rules_->get()->inactivity_timeout : 0,
                            server_value("inactivityTimeout"));
  if (rows.counters.offer) {
    claim_ = std::make_unique<claim_state>(std::move(rows.counters.offer));
  }
  if (!rows.counters.progress.empty() || rows.due_alarm_rules) {
    watch_ = std::make_unique<alarm_watch>(
        alarm_watch{read_progress(rows.counters.progress), rows.due_alarm_rules});
  }
  if (!rows.alarms.empty()) {
    alarms_ = std::make_unique<active_alarms>(std::move(rows.alarms));
  }
  for (auto& record : rows.rpcs) {
    mailbox_.restore(std::move(record), now);
  }
  restore_outbox(rows);
  read_own_alarms();
}

std::optional<error> device_state::check(const command& what) const {
  if (const auto* device = std::get_if<device_sender>(&what.sender)) {
    const bool gone = rules_ != nullptr && rules_->special() && rules_->get()->tenant_gone;
    if (!exists_ || gone || device->credentials_version != access_.version) {
      return error{error_code::unauthorized, {}};
    }
    return std::nullopt;
  }
  const auto* who = std::get_if<caller>(&what.sender);
  if (!exists_) {
    return check_without_device(what);
  }
  return who == nullptr ? std::nullopt : check(*who, what.body);
}

std::optional<error> device_state::check(const caller& who, const command_body& what) const {
  const bool allowed = may_see(who, info_) || may_claim(who, info_, what);
  const bool customers = who.role == authority::customer_user;
  if (!allowed || server_only(what) || (customers && administrators_only(what))) {
    return forbidden();
  }
  return std::nullopt;
}

/// Rules may have changed since; for nearly all devices this is one look.
void device_state::follow_rules(instant now, effects& out) {
  const bool special = rules_ != nullptr && rules_->special();
  if (!exists_ || pending_ || (!special && activity_.fallback() == 0)) {
    return;
  }
  const milliseconds timeout = special ? rules_->get()->inactivity_timeout : 0;
  if (timeout != activity_.fallback()) {
    activity_.set_fallback(timeout, server_value("inactivityTimeout"), now.wall, out);
  }
}

void device_state::apply(command&& what, reply_handle& to, instant now, effects& out) {
  if (auto refusal = check(what)) {
    out.answer(std::move(to), std::move(*refusal));
    return;
  }
  context with{to, now, out, std::holds_alternative<device_sender>(what.sender),
               std::get_if<caller>(&what.sender)};
  const bool was_active = activity_.seen().active;
  if (with.from_device) {
    follow_rules(now, out);
  }
  if (with.from_device && !std::holds_alternative<save_telemetry>(what.body)) {
    activity_.spoke(now, false, out);
  }
  std::visit([&](auto& body) { on(body, with); }, what.body);
  if (std::holds_alternative<system_sender>(what.sender) && !pending_) {
    tend_sources(now, out);
  }
  if (with.from_device && !was_active && activity_.seen().active) {
    tell_activity(true, now, out);
  }
  flush_activity(now, out);
}

void device_state::flush_activity(instant now, effects& out) {
  if (exists_ && !pending_ && activity_.save_due(now.steady)) {
    put_snapshot(out);
  }
}

void device_state::tick(instant now, effects& out) {
  if (!exists_) {
    return tick_without_device(now, out);
  }
  follow_rules(now, out);
  if (claim_) {
    claim_->forget_guesses(now.steady);
    if (!claim_->offer() && claim_->guesses_end() == never) {
      claim_.reset();
    }
  }
  expire_rpcs(now, out);
  time_out_polls(now, out);
  serve_rpc_poll(now, out);
  if (activity_.tick(now.wall, out)) {
    put_snapshot(out);
    tell_activity(false, now, out);
  }
  tick_outbox(now, out);
  flush_activity(now, out);
  tick_alarm_rules(now, out);
  if (rpc_due_ && *rpc_due_ <= now.wall) {
    const timestamp fired = *rpc_due_;
    rpc_due_ = mailbox_.next_durable(now);
    if (rpc_due_) {
      out.mutations.emplace_back(
          persistence::put_due{persistence::due_kind::rpc, *rpc_due_, fired});
    } else {
      out.mutations.emplace_back(persistence::erase_due{persistence::due_kind::rpc, fired});
    }
  }
}

bool device_state::can_leave() const noexcept {
  return polls() == 0 && calls_.empty() && !mailbox_.holds_volatile() && !cursor_.in_flight() &&
         !deletion_ && !pending_ && !(outbox_ && outbox_->under_way()) &&
         (!claim_ || claim_->guesses_end() == never);
}

void device_state::save(effects& out) {
  if (!exists_ || pending_) {
    return;
  }
  if (snapshot_unsaved()) {
    put_snapshot(out);
  }
  // Numbers reserved and not used are given back, so that only a crash leaves a gap.
  if (rpc_reserved_ != rpc_used_) {
    rpc_reserved_ = rpc_used_;
    put_counters(out);
  }
}

bool device_state::unsaved() const noexcept {
  return exists_ && !pending_ && (snapshot_unsaved() || rpc_reserved_ != rpc_used_);
}

bool device_state::snapshot_unsaved() const noexcept {
  return activity_.unsaved() || (settings_->history_expires && latest_.journal_length() > 0);
}

milliseconds device_state::next_deadline(instant now) const noexcept {
  if (!exists_) {
    return outbox_ ? outbox_->next_deadline(now) : never;
  }
  milliseconds next = activity_.next_deadline(now);
  if (claim_) {
    next = std::min(next, claim_->guesses_end());
  }
  for (const auto* polls : {&rpc_polls_, &attribute_polls_}) {
    for (const auto& poll : *polls) {
      next = std::min(next, poll.deadline);
    }
  }
  for (const auto& call : calls_) {
    next = std::min(next, call.deadline);
  }
  if (!mailbox_.empty()) {
    next = std::min(next, mailbox_.next_deadline(now, !rpc_polls_.empty()));
  }
  if (outbox_) {
    next = std::min(next, outbox_->next_deadline(now));
  }
  if (watch_ && watch_->due) {
    next = std::min(next, on_steady(*watch_->due, now));
  }
  return rpc_due_ ? std::min(next, on_steady(*rpc_due_, now)) : next;
}

std::optional<timestamp> device_state::next_due() const noexcept {
  std::optional<timestamp> next;
  for (const auto& due :
       {activity_.due(), rpc_due_, outbox_ ? outbox_->due() : std::optional<timestamp>(),
        watch_ ? watch_->due : std::optional<timestamp>()}) {
    next = next && due ? std::min(next, due) : (next ? next : due);
  }
  return next;
}

} // namespace muster
