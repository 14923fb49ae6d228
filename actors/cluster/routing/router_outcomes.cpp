#include "actors/cluster/routing/router_state.hpp"

#include <map>

namespace muster {

namespace {

/// How often commands under way are looked at for overdue ones.
constexpr milliseconds overdue_look = 1'000;

bool nothing_done(const routed& sent, const reply& what) {
  const auto* problem = std::get_if<error>(&what);
  if (problem == nullptr) {
    return false;
  }
  // Another node that stops hands its shards over, and this one can ask their new owners.
  return problem->code == error_code::wrong_owner ||
         (problem->code == error_code::shutting_down && sent.tried && *sent.tried != this_node);
}

/// Whoever owns the device next is told what the last one has done.
void note_done(command& asked, const reply& what) {
  auto* call = std::get_if<call_rules>(&asked.body);
  const auto* problem = std::get_if<error>(&what);
  if (call != nullptr && problem != nullptr && problem->message == chain_has_run) {
    call->ran = true;
  }
}

void answer_all(std::vector<completion> batch) {
  std::map<reply_sink*, std::vector<completion>> by_sink;
  for (completion& one : batch) {
    by_sink[one.to.address().sink].push_back(std::move(one));
  }
  for (auto& [sink, replies] : by_sink) {
    if (sink != nullptr) {
      sink->push(std::move(replies));
    }
  }
}

} // namespace

void router::state::end(routed&& what, error why) {
  if (const auto poll = poll_of(what.what)) {
    const std::lock_guard guard(lock_);
    polls_.erase(*poll);
  }
  what.to.answer(std::move(why));
}

bool router::state::is_abandoned(poll_id poll) const {
  const std::lock_guard guard(lock_);
  return polls_.is_abandoned(poll);
}

void router::state::report(const poll_report& what) {
  poll_book::next_step next;
  std::optional<routed> over;
  {
    const std::lock_guard guard(lock_);
    next = polls_.report(what);
    over = next.drop ? waiting_.take(shard_of(what.device), what.poll) : std::nullopt;
  }
  if (next.tell) {
    forward(*next.tell, what);
  } else if (over) {
    error why = out_of_time(over->what);
    end(std::move(*over), std::move(why));
  }
}

void router::state::forward(const node_ref& to, const poll_report& what) {
  if (to == this_node) {
    needs_.report(what);
  } else {
    peers_->report(to, what);
  }
}

std::optional<node_ref> router::state::note_reply(const command& asked, const reply& what) {
  const auto poll = poll_of(asked);
  const std::lock_guard guard(lock_);
  return poll ? polls_.answer(*poll, !std::holds_alternative<error>(what)) : std::nullopt;
}

void router::state::settle(std::vector<std::pair<std::uint64_t, reply>> replies) {
  const instant now = needs_.clock.now();
  std::vector<completion> answers;
  std::vector<routed> back;
  for (auto& [call, what] : replies) {
    auto sent = take_under_way(call);
    if (!sent) {
      continue;
    }
    if (nothing_done(*sent, what)) {
      follow(*sent, now);
      note_done(sent->what, what);
      back.push_back(std::move(*sent));
      continue;
    }
    if (const auto at = note_reply(sent->what, what)) {
      forward(*at, {sent->what.device, *poll_of(sent->what), poll_report::outcome::lost});
    }
    answers.push_back({std::move(sent->to), std::move(what)});
  }
  answer_all(std::move(answers));
  send_again(std::move(back), now);
}

void router::state::fail(const std::vector<failed_call>& calls) {
  const instant now = needs_.clock.now();
  std::vector<routed> back;
  for (const failed_call& one : calls) {
    auto sent = take_under_way(static_cast<std::uint64_t>(one.call));
    if (!sent) {
      continue;
    }
    if (!one.perhaps_carried_out || is_idempotent(sent->what)) {
      back.push_back(std::move(*sent));
    } else {
      error why = fate_unknown(sent->what);
      end(std::move(*sent), std::move(why));
    }
  }
  send_again(std::move(back), now);
}

void router::state::stop() {
  std::vector<completion> answers;
  {
    const std::lock_guard guard(lock_);
    stopped_ = true;
    for (auto& [call, one] : std::exchange(under_way_, {})) {
      answers.push_back({std::move(one.to), error{error_code::shutting_down, {}}});
    }
    for (routed& one : waiting_.take([](const routed&) { return true; })) {
      answers.push_back({std::move(one.to), error{error_code::shutting_down, {}}});
    }
    polls_.clear();
  }
  answer_all(std::move(answers));
}

/// A node that answers probes but not this: a mistake somewhere must not hold callers for ever.
void router::state::end_overdue(milliseconds now) {
  if (now - looked_for_overdue_ < overdue_look) {
    return;
  }
  looked_for_overdue_ = now;
  std::vector<std::uint64_t> overdue;
  {
    const std::lock_guard guard(lock_);
    for (const auto& [call, one] : under_way_) {
      const auto at = overdue_at(one);
      if (at && *at <= now) {
        overdue.push_back(call);
      }
    }
  }
  for (const std::uint64_t call : overdue) {
    if (auto found = take_under_way(call)) {
      error why = waits(found->what) ? out_of_time(found->what) : fate_unknown(found->what);
      end(std::move(*found), std::move(why));
    }
  }
}

router_counters router::state::counters() const {
  const std::lock_guard guard(lock_);
  return {forwarded_.load(), repeated_.load(), waiting_.size(), under_way_.size()};
}

} // namespace muster
