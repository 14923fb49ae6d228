#include "actors/device/device_shell.hpp"

#include "actors/model/command_names.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace muster {

namespace {

std::int64_t nanoseconds_now() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Whether alarm rules may be looked at for it.
bool may_follow_rules(const envelope& what) noexcept {
  return std::holds_alternative<incoming>(what) || std::holds_alternative<poll_report>(what) ||
         std::holds_alternative<wake>(what) || std::holds_alternative<work_ended>(what);
}

/// The first of its replies that refuses something.
std::optional<error_code> refusal_in(const effects& out) noexcept {
  for (const auto& one : out.replies) {
    if (const auto* why = std::get_if<error>(&one.what)) {
      return why->code;
    }
  }
  return std::nullopt;
}

} // namespace

void answer_all(std::vector<completion>&& replies) noexcept {
  while (!replies.empty()) {
    reply_sink* sink = replies.front().to.address().sink;
    const auto others =
        std::stable_partition(replies.begin(), replies.end(),
                              [sink](const completion& c) { return c.to.address().sink == sink; });
    if (others == replies.end()) {
      if (sink != nullptr) {
        sink->push(std::move(replies));
      }
      return;
    }
    std::vector<completion> rest(std::make_move_iterator(others),
                                 std::make_move_iterator(replies.end()));
    replies.erase(others, replies.end());
    if (sink != nullptr) {
      sink->push(std::move(replies));
    }
    replies = std::move(rest);
  }
}

bool device_shell::handle(const envelope_ptr& what) noexcept {
  now_ = host_.clock().now();
  const bool timed = host_.counts().timed.load(std::memory_order_relaxed);
  const std::int64_t begun = timed ? nanoseconds_now() : 0;
  const milliseconds began = slow_turns::now();
  handle_one(what);
  drain();
  after();
  const bool ended = ended_;
  if (timed && !ended) {
    slot_->busy.fetch_add(static_cast<std::uint64_t>(nanoseconds_now() - begun),
                          std::memory_order_relaxed);
  }
  // Of an actor that ends the device is not its slot's any more.
  if (!ended) {
    host_.counts().slow.ended(began, slot_->device, *what);
    // The last touch: without work the shell may be another device's at once.
    release();
  }
  return ended;
}

void device_shell::handle_one(const envelope_ptr& what) noexcept {
  try {
    if (phase_ == phase::ready && may_follow_rules(*what) && await_owners(false)) {
      stash(what);
      return;
    }
    std::visit([&](auto& content) { on(content, what); }, *what);
  } catch (const std::exception& e) {
    failed(e.what());
  } catch (...) {
    failed("unknown exception");
  }
}

void device_shell::stash(const envelope_ptr& what) {
  // It stays work until it is applied; `handle` takes the present count off again.
  slot_->work.fetch_add(1);
  stash_.push_back(what);
}

void device_shell::drain() {
  if (stash_.empty() || phase_ != phase::ready) {
    return;
  }
  const auto waiting = std::exchange(stash_, {});
  for (const auto& what : waiting) {
    if (phase_ == phase::ready || phase_ == phase::quarantined) {
      handle_one(what);
    } else {
      stash(what);
    }
    release();
  }
}

void device_shell::on(incoming& what, const envelope_ptr& whole) {
  if (std::holds_alternative<inspect_device>(what.what.body) &&
      std::holds_alternative<system_sender>(what.what.sender) && departing_ == departure::staying) {
    inspect(what, whole);
    return;
  }
  const bool leaving = departing_ == departure::closing ||
                       (departing_ == departure::draining && phase_ == phase::unloaded);
  if (leaving) {
    give_back(what);
  } else if (phase_ == phase::quarantined) {
    refuse(what, {error_code::overloaded, "The device failed too often and is out of service"});
  } else if (phase_ == phase::ready && !slot_->poisoned.load()) {
    apply(what);
  } else {
    stash(whole);
    if (phase_ == phase::unloaded) {
      request_load();
    } else if (phase_ == phase::ready) {
      drop_state({error_code::storage_unavailable, {}});
    }
  }
}

void device_shell::note(recorded what, std::optional<error_code> why) noexcept {
  host_.recorder().note(what, slot_->shard, slot_->device, now_.wall, why);
}

void device_shell::refuse(incoming& what, error why) {
  slot_->queued.fetch_sub(1);
  note(recorded::refused, why.code);
  what.to.answer(std::move(why));
}

void device_shell::give_back(incoming& what) {
  slot_->queued.fetch_sub(1);
  host_.give_back(std::move(what.what), std::move(what.to));
}

void device_shell::fail_unsure(const error& why) {
  for (auto& replies : std::exchange(unsure_, {})) {
    for (auto& one : replies) {
      one.what = why;
    }
    answer_all(std::move(replies));
  }
}

void device_shell::apply(incoming& what) {
  if (what.what.deadline != 0 && what.what.deadline <= now_.steady) {
    host_.counts().overloads.fetch_add(1, std::memory_order_relaxed);
    refuse(what, {error_code::overloaded, {}});
    return;
  }
  slot_->queued.fetch_sub(1);
  const milliseconds deadline = what.what.deadline;
  const auto mark = host_.recorder().begin(slot_->shard, slot_->device, what.what.body.index(),
                                           what.what.sender.index(), now_.wall);
  effects out;
  out.steps = begin_trace();
  const std::string_view name = out.steps != nullptr ? name_of(what.what.body) : "";
  if (out.steps != nullptr) {
    trace_command(what);
  }
  try {
    state_->apply(std::move(what.what), what.to, now_, out);
  } catch (...) {
    if (what.to) {
      what.to.answer(error{error_code::internal, {}});
    }
    for (auto& lost : out.replies) {
      lost.what = error{error_code::internal, {}};
    }
    answer_all(std::move(out.replies));
    host_.recorder().end(mark, error_code::internal, 0);
    throw;
  }
  host_.recorder().end(mark, refusal_in(out), out.mutations.size());
  for (auto& one : out.replies) {
    one.deadline = deadline;
  }
  if (out.steps != nullptr) {
    trace_effects(out, name);
  }
  finish(std::move(out));
}

void device_shell::on(poll_report& what, const envelope_ptr& whole) {
  if (phase_ == phase::loading || phase_ == phase::settling) {
    stash(whole);
  } else if (phase_ == phase::ready) {
    effects out;
    out.steps = begin_trace();
    state_->report(what, now_, out);
    if (out.steps != nullptr) {
      const bool written = what.what == poll_report::outcome::written;
      trace_effects(out, written ? "answer_written" : "answer_lost");
    }
    finish(std::move(out));
  } else {
    report_to_kept(what);
  }
}

void device_shell::on(wake&, const envelope_ptr&) {
  if (phase_ == phase::ready) {
    effects out;
    out.steps = begin_trace();
    state_->tick(now_, out);
    if (out.steps != nullptr) {
      trace_effects(out, "deadline");
    }
    finish(std::move(out));
    return;
  }
  time_out_kept(now_.steady);
  // The store wants the device awake, or a read that failed is tried again.
  if (phase_ == phase::unloaded && departing_ == departure::staying &&
      (retry_at_ == never || retry_at_ <= now_.steady)) {
    request_load();
  }
}

void device_shell::on(leave&, const envelope_ptr&) {
  if (departing_ != departure::staying) {
    return;
  }
  if (phase_ == phase::unloaded) {
    try_leave();
    return;
  }
  if (phase_ != phase::ready || !state_->can_leave() || slot_->poisoned.load()) {
    return;
  }
  effects out;
  state_->save(out);
  if (out.mutations.empty() && slot_->outstanding.load() == 0) {
    try_leave();
  } else {
    finish(std::move(out), ticket_kind::leave);
  }
}

void device_shell::try_leave() {
  const bool idle = phase_ == phase::unloaded ? kept_.rpc.empty() && kept_.attributes.empty()
                                              : phase_ == phase::ready && state_->can_leave();
  if (ended_ || !idle || !stash_.empty() || slot_->poisoned.load()) {
    return;
  }
  own_ = host_.remove(*slot_, phase_ == phase::ready ? state_->next_due() : std::nullopt);
  ended_ = own_ != nullptr;
}

void device_shell::on(stop&, const envelope_ptr&) {
  if (phase_ == phase::ready || (owners_awaited_ && !confirming_)) {
    effects out;
    state_->save(out);
    finish(std::move(out));
  }
  // Whoever still waits is answered by the end of his handle.
  stash_.clear();
  ended_ = true;
}

void device_shell::after() {
  if (departing_ != departure::staying) {
    go_on_departing();
  } else if (phase_ == phase::ready && !state_->present()) {
    try_leave();
  }
  count();
  if (ended_) {
    return;
  }
  const bool pinned = phase_ != phase::ready || !state_->can_leave();
  if (slot_->pinned.load(std::memory_order_relaxed) != pinned) {
    slot_->pinned.store(pinned, std::memory_order_relaxed);
  }
  const milliseconds next = next_deadline();
  if (next < slot_->armed.load()) {
    host_.arm(*slot_, next);
  }
}

} // namespace muster
