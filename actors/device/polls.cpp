#include "actors/device/device_state.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

template <class Waiting>
void time_out(std::vector<Waiting>& waiting, milliseconds now, effects& out) {
  std::erase_if(waiting, [&](Waiting& one) {
    if (one.deadline > now) {
      return false;
    }
    out.answer(std::move(one.to), error{error_code::poll_timeout, {}});
    return true;
  });
}

/// True when the poll was parked; its client has gone, so the answer reaches nobody.
bool forget(std::vector<parked_poll>& polls, poll_id poll, effects& out) {
  const auto found = std::find_if(polls.begin(), polls.end(),
                                  [poll](const parked_poll& p) { return p.poll == poll; });
  if (found == polls.end()) {
    return false;
  }
  out.answer(std::move(found->to), error{error_code::poll_timeout, {}});
  polls.erase(found);
  return true;
}

} // namespace

void device_state::time_out_polls(instant now, effects& out) {
  time_out(rpc_polls_, now.steady, out);
  time_out(attribute_polls_, now.steady, out);
  time_out(calls_, now.steady, out);
}

void device_state::report(const poll_report& what, instant now, effects& out) {
  const bool written = what.what == poll_report::outcome::written;
  if (!written &&
      (forget(rpc_polls_, what.poll, out) || forget(attribute_polls_, what.poll, out))) {
    return;
  }
  if (mailbox_.in_flight() == what.poll) {
    if (written) {
      rpc_written(now, out);
    } else {
      mailbox_.lost();
    }
    serve_rpc_poll(now, out);
    return;
  }
  using outcome = attribute_cursor::outcome;
  const auto became = cursor_.report(what.poll, written);
  if (became == outcome::moved) {
    group(attribute_scope::shared).forget_deleted(*cursor_.position());
    put_counters(out);
  }
  if (became == outcome::moved || became == outcome::all_lost) {
    serve_attribute_polls(out);
  }
}

void device_state::end_polls(error_code why, effects& out) {
  for (auto* polls : {&rpc_polls_, &attribute_polls_}) {
    for (auto& poll : std::exchange(*polls, {})) {
      out.answer(std::move(poll.to), error{why, {}});
    }
  }
}

parked_polls device_state::release(error why, std::vector<completion>& replies) {
  effects out;
  for (auto& rpc : mailbox_.clear()) {
    if (rpc.caller) {
      out.answer(std::move(rpc.caller), why);
    }
  }
  for (auto& call : std::exchange(calls_, {})) {
    out.answer(std::move(call.to), why);
  }
  while (deletion_ && deletion_->running()) {
    out.answer(deletion_->pop(), why);
  }
  std::move(out.replies.begin(), out.replies.end(), std::back_inserter(replies));
  return {std::exchange(rpc_polls_, {}), std::exchange(attribute_polls_, {})};
}

bool device_state::hand_over(bool may_wait, instant now, effects& out,
                             std::vector<std::pair<command, reply_handle>>& back) {
  end_polls(error_code::wrong_owner, out);
  for (auto& call : std::exchange(calls_, {})) {
    out.answer(std::move(call.to), error{error_code::wrong_owner, std::string(chain_has_run)});
  }
  while (deletion_ && deletion_->running()) {
    // Who may was checked when it came; what is deleted already is only looked for again.
    auto [what, to] = deletion_->take();
    back.emplace_back(command{info_.id, system_sender{}, 0, std::move(what)}, std::move(to));
  }
  deletion_.reset();
  if (may_wait && (mailbox_.in_flight() || cursor_.in_flight())) {
    return false;
  }
  mailbox_.lost();
  cursor_.lost();
  std::vector<rpc_record> rows;
  for (auto& caller : mailbox_.make_durable(rows)) {
    out.answer(std::move(caller), error{error_code::wrong_owner, {}});
  }
  for (auto& row : rows) {
    out.mutations.emplace_back(persistence::put_rpc{std::move(row), true});
  }
  put_rpc_due(now, out);
  save(out);
  return true;
}

void device_state::adopt(parked_polls&& polls, instant now, effects& out) {
  rpc_polls_ = std::move(polls.rpc);
  attribute_polls_ = std::move(polls.attributes);
  if (!exists_) {
    end_polls(error_code::unauthorized, out);
  }
  if (!attribute_polls_.empty() && cursor_.arrive()) {
    put_counters(out);
  }
  serve_attribute_polls(out);
  serve_rpc_poll(now, out);
  if (outbox_) {
    outbox_->begin_all(out);
  }
  tend_sources(now, out);
}

} // namespace muster
