#include "actors/device/device_shell.hpp"

#include <utility>

namespace muster {

void device_shell::on(work_ended& what, const envelope_ptr& whole) {
  if (what.activation != activation_) {
    return;
  }
  if (phase_ == phase::settling) {
    stash(whole);
  } else if (phase_ == phase::ready) {
    effects out;
    out.steps = begin_trace();
    state_->worked(what.number, std::move(what.outcome), now_, out);
    if (out.steps != nullptr) {
      trace_effects(out, "work_ended");
    }
    finish(std::move(out));
  }
}

/// What comes with rows waits for them; else it has been durable for long.
void device_shell::take_up(effects& out) {
  for (auto& what : std::exchange(out.carry, {})) {
    if (out.mutations.empty()) {
      begin(std::move(what));
    } else {
      to_begin_.emplace_back(announced_ + 1, std::move(what));
    }
  }
}

void device_shell::begin_durable() {
  std::vector<outbox_task> durable;
  std::erase_if(to_begin_, [&](auto& one) {
    const bool ready = one.first <= heard_;
    if (ready) {
      durable.push_back(std::move(one.second));
    }
    return ready;
  });
  for (auto& what : durable) {
    begin(std::move(what));
  }
}

void device_shell::begin(outbox_task&& what) {
  const std::uint64_t number = what.number;
  if (!host_.carry(slot_->device, activation_, std::move(what))) {
    state_->not_begun(number, now_);
  }
}

} // namespace muster
