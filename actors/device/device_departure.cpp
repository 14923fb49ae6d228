#include "actors/device/device_shell.hpp"

#include <utility>

namespace muster {

namespace {

/// A report of an answer that is being written comes within milliseconds, if its client is alive.
constexpr milliseconds report_wait = 1'000;

} // namespace

void device_shell::on(depart& what, const envelope_ptr&) {
  if (what.at_once) {
    departing_ = departure::closing;
  } else if (departing_ == departure::staying) {
    departing_ = departure::draining;
    reports_until_ = later(now_.steady, report_wait);
  }
}

/// After each envelope, since only one that finds nothing else under way can end the actor.
void device_shell::go_on_departing() {
  if (ended_) {
    return;
  }
  if (departing_ == departure::draining && phase_ == phase::ready && !slot_->poisoned.load()) {
    hand_over();
    return;
  }
  // An exclusive change is waited for like any commit.
  if (departing_ == departure::draining && phase_ == phase::settling) {
    return;
  }
  give_up();
  end_if_alone();
}

void device_shell::hand_over() {
  effects out;
  std::vector<std::pair<command, reply_handle>> back;
  const bool handed = state_->hand_over(now_.steady < reports_until_, now_, out, back);
  for (auto& [what, to] : back) {
    host_.give_back(std::move(what), std::move(to));
  }
  if (!out.mutations.empty()) {
    // Its outcome leads back here.
    finish(std::move(out), ticket_kind::leave);
    return;
  }
  answer_all(std::move(out.replies));
  if (handed && slot_->outstanding.load() == 0) {
    end_if_alone();
  }
}

/// Nothing of the state counts any more. What was not begun is carried out elsewhere; of an RPC in
/// memory nobody knows what becomes of it.
void device_shell::give_up() {
  fail_unsure({error_code::overloaded, {}});
  owners_awaited_ = false;
  std::vector<completion> replies;
  if (state_) {
    kept_ = state_->release({error_code::overloaded, {}}, replies);
    state_.reset();
  }
  to_read_.reset();
  to_begin_.clear();
  for (auto* polls : {&kept_.rpc, &kept_.attributes}) {
    for (auto& poll : std::exchange(*polls, {})) {
      replies.push_back({std::move(poll.to), error{error_code::wrong_owner, {}}});
    }
  }
  for (const auto& waiting : std::exchange(stash_, {})) {
    if (auto* command = std::get_if<incoming>(waiting.get())) {
      give_back(*command);
    }
    release();
  }
  answer_all(std::move(replies));
  move_to(phase::unloaded);
  reading_ = false;
}

void device_shell::end_if_alone() {
  own_ = host_.remove(*slot_, std::nullopt);
  ended_ = own_ != nullptr;
}

} // namespace muster
