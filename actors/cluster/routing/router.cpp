#include "actors/cluster/routing/router_state.hpp"

#include <utility>

namespace muster {

router::router(dependencies needs) : state_(std::make_unique<state>(std::move(needs), *this)) {}

router::~router() = default;

void router::use(peer_link& peers) {
  state_->use(peers);
}

void router::send(command what, reply_handle to) {
  state_->send(state_->arrived(std::move(what), std::move(to)));
}

void router::report(const poll_report& what) {
  state_->report(what);
}

void router::returned(command what, reply_handle to) {
  if (state_->is_remote(to) || state_->is_own(to)) {
    // The sender has kept the command.
    to.answer(error{error_code::wrong_owner, {}});
    return;
  }
  state_->refused_here(state_->arrived(std::move(what), std::move(to)));
}

void router::retry() {
  state_->retry();
}

void router::stop() {
  state_->stop();
}

router_counters router::counters() const {
  return state_->counters();
}

void router::push(std::vector<completion> batch) noexcept {
  std::vector<std::pair<std::uint64_t, reply>> replies;
  replies.reserve(batch.size());
  for (completion& one : batch) {
    replies.emplace_back(one.to.release().request, std::move(one.what));
  }
  state_->settle(std::move(replies));
}

void router::answered(std::vector<answered_call> batch) {
  std::vector<std::pair<std::uint64_t, reply>> replies;
  replies.reserve(batch.size());
  for (answered_call& one : batch) {
    replies.emplace_back(static_cast<std::uint64_t>(one.call), std::move(one.what));
  }
  state_->settle(std::move(replies));
}

void router::failed(std::vector<failed_call> calls) {
  state_->fail(calls);
}

void router::connected() {
  if (state_->needs_.wake) {
    state_->needs_.wake();
  }
}

} // namespace muster
