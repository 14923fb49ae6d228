#include "actors/device/device_shell.hpp"

#include <exception>
#include <utility>

namespace muster {

using persistence::submission;

void device_shell::on(settled& what, const envelope_ptr&) {
  if (what.activation != activation_) {
    return;
  }
  ++heard_;
  begin_durable();
  if (trace_) {
    trace_settled(what);
  }
  if (what.kind == ticket_kind::leave) {
    if (departing_ == departure::staying) {
      try_leave();
    }
  } else if (what.kind == ticket_kind::read) {
    if (!unsure_.empty()) {
      auto replies = std::move(unsure_.front());
      unsure_.pop_front();
      host_.answer(*slot_, std::move(replies));
    }
  } else if (what.kind == ticket_kind::history) {
    read_history();
  } else if (what.kind == ticket_kind::exclusive && phase_ == phase::settling) {
    if (what.refused) {
      move_to(phase::ready);
      note(recorded::refused, what.why.code);
      effects out;
      state_->refused(what.why, out);
      finish(std::move(out));
    } else if (!await_owners(true)) {
      confirm();
    }
  }
}

void device_shell::confirm() {
  move_to(phase::ready);
  const std::string ended = state_->ending_credentials();
  effects out;
  out.steps = begin_trace();
  state_->confirmed(now_, out);
  if (out.steps != nullptr) {
    trace_effects(out, "confirmed");
  }
  find_rules();
  finish(std::move(out));
  if (!ended.empty()) {
    host_.credentials_changed(slot_->device, ended);
  }
}

void device_shell::find_rules() {
  rules_table* rules = host_.rules();
  if (rules == nullptr || !state_->exists()) {
    return;
  }
  const auto& info = state_->info();
  const auto [entry, known] = rules->peek(info.tenant, info.profile);
  state_->set_rules(entry);
  if (!known) {
    // A failure is met again, and answered, by the next who needs the profile.
    host_.read([rules, tenant = info.tenant, profile = info.profile] {
      static_cast<void>(rules->get(tenant, profile));
    });
  }
}

void device_shell::finish(effects&& out, ticket_kind kind) {
  if (out.exclusive) {
    move_to(phase::settling);
    kind = ticket_kind::exclusive;
  }
  if (out.read) {
    to_read_ = std::make_unique<history_read>(std::move(*out.read));
    kind = ticket_kind::history;
  }
  if (!out.carry.empty() && !out.mutations.empty() && kind == ticket_kind::plain) {
    kind = ticket_kind::outbox;
  }
  take_up(out);
  if (kind == ticket_kind::plain && out.mutations.empty()) {
    if (out.replies.empty()) {
      return;
    }
    // Read in this order: a failure is marked before its submission stops being outstanding.
    if (slot_->outstanding.load() == 0 && !slot_->poisoned.load()) {
      host_.answer(*slot_, std::move(out.replies));
      return;
    }
    // Compared now, while the state is looked at: the commits before it may come late.
    if (!host_.owns_now()) {
      unsure_.push_back(std::move(out.replies));
      out.replies.clear();
      kind = ticket_kind::read;
    }
  }
  submit(std::move(out), kind);
}

void device_shell::submit(effects&& out, ticket_kind kind) {
  if (trace_ && kind == ticket_kind::plain) {
    kind = ticket_kind::traced;
  }
  submission what;
  what.changes.device = slot_->device;
  what.changes.shard = slot_->shard;
  what.changes.epoch = slot_->epoch;
  what.changes.mutations = std::move(out.mutations);
  what.changes.preconditions = std::move(out.preconditions);
  what.activation = activation_;
  what.replies = std::move(out.replies);
  what.ticket = reinterpret_cast<std::uintptr_t>(slot_) | static_cast<std::uint64_t>(kind);
  announced_ += kind != ticket_kind::plain ? 1 : 0;
  slot_->outstanding.fetch_add(1);
  slot_->work.fetch_add(1);
  bool taken = false;
  error why{error_code::overloaded, {}};
  try {
    taken = host_.submit(std::move(what));
  } catch (const std::exception&) {
    why = {error_code::internal, {}};
  }
  if (taken) {
    return;
  }
  slot_->outstanding.fetch_sub(1);
  release();
  for (auto& lost : what.replies) {
    lost.what = why;
  }
  answer_all(std::move(what.replies));
  if (why.code == error_code::internal) {
    failed("the submission was not taken");
    return;
  }
  host_.counts().overloads.fetch_add(1, std::memory_order_relaxed);
  // The state is ahead of what will ever be stored.
  drop_state(why);
}

} // namespace muster
