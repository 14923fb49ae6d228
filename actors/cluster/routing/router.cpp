#include "actors/cluster/routing/router.hpp"

#include "actors/cluster/routing/routed.hpp"
#include "actors/cluster/routing/waiting_room.hpp"
#include "actors/cluster/wire/codec.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace muster {

namespace {

/// A command that came back is sent to the same node again after this; to another one at once.
constexpr milliseconds same_owner_again = 50;
/// How often commands under way are looked at for overdue ones.
constexpr milliseconds overdue_look = 1'000;

const node_ref self{};

/// Whom to send to, as `routed::tried` says it; nullopt: nobody.
std::optional<node_ref> target_of(const shard_holder& holder) {
  if (std::holds_alternative<own_shard>(holder)) {
    return self;
  }
  const auto* other = std::get_if<other_owner>(&holder);
  return other != nullptr ? std::optional(other->node) : std::nullopt;
}

bool nothing_done(const routed& sent, const reply& what) {
  const auto* problem = std::get_if<error>(&what);
  if (problem == nullptr) {
    return false;
  }
  // Another node that stops hands its shards over, and this one can ask their new owners.
  return problem->code == error_code::wrong_owner ||
         (problem->code == error_code::shutting_down && sent.tried && *sent.tried != self);
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

class router::state {
public:
  state(dependencies needs, reply_sink& sink)
      : needs_(std::move(needs)), sink_(sink), waiting_(needs_.limits) {}

  void use(peer_link& peers) { peers_ = &peers; }
  bool is_remote(const reply_handle& to) const {
    return peers_ != nullptr && to.address().sink == peers_->remote_sink();
  }
  bool is_own(const reply_handle& to) const { return to.address().sink == &sink_; }

  void send(routed what);
  void refused_here(routed what);
  void report(const poll_report& what);
  void retry();
  void stop();
  /// What became of calls: replies are given to whoever waits, the others are sent again.
  void settle(std::vector<std::pair<std::uint64_t, reply>> replies);
  void fail(const std::vector<failed_call>& calls);
  router_counters counters() const;

  dependencies needs_;

private:
  /// A poll from its arrival until the edge has said what became of it, or it ended without
  /// content.
  struct known_poll {
    enum class stage : std::uint8_t { on_its_way, waiting, parked, answered };

    stage is = stage::on_its_way;
    /// Where it is parked, or was answered.
    node_ref at;
    /// Its client has gone.
    bool abandoned = false;
  };

  void serve_here(routed&& what);
  void send_away(routed&& what, const node_ref& to);
  void keep(routed&& what);
  void end(routed&& what, error why);
  void send_again(std::vector<routed> back, instant now);
  /// Nothing, when the client has gone meanwhile; `what` is left as it was then.
  std::optional<std::uint64_t> put_under_way(routed& what, const node_ref& at);
  std::optional<routed> take_under_way(std::uint64_t call);
  /// To be told that the poll's client has gone.
  std::optional<node_ref> note_reply(const command& asked, const reply& what);
  bool is_abandoned(poll_id poll) const;
  void forward(const node_ref& to, const poll_report& what);
  void end_overdue(milliseconds now);

  reply_sink& sink_;
  peer_link* peers_ = nullptr;
  mutable std::mutex lock_;
  std::unordered_map<std::uint64_t, routed> under_way_;
  std::unordered_map<poll_id, known_poll> polls_;
  waiting_room waiting_;
  std::uint64_t last_call_ = 0;
  bool stopped_ = false;
  milliseconds looked_for_overdue_ = 0;
  std::atomic<std::uint64_t> forwarded_ = 0;
  std::atomic<std::uint64_t> repeated_ = 0;
};

void router::state::send(routed what) {
  const shard_holder holder = needs_.shards.owner_of(what.shard);
  if (std::holds_alternative<own_shard>(holder)) {
    serve_here(std::move(what));
  } else if (const auto* other = std::get_if<other_owner>(&holder)) {
    send_away(std::move(what), other->node);
  } else {
    keep(std::move(what));
  }
}

void router::state::serve_here(routed&& what) {
  if (!waits(what.what)) {
    needs_.serve(std::move(what.what), std::move(what.to));
    return;
  }
  what.tried = self;
  // It may have to follow the shard, so it is kept.
  renew(what, needs_.clock.now().steady);
  command copy = what.what;
  const auto call = put_under_way(what, self);
  if (!call) {
    return end(std::move(what), out_of_time(copy));
  }
  const poll_report gone{copy.device, poll_of(copy).value_or(poll_id{}),
                         poll_report::outcome::lost};
  const bool poll = poll_of(copy).has_value();
  needs_.serve(std::move(copy), reply_handle({&sink_, 0, *call}));
  if (poll && is_abandoned(gone.poll)) {
    needs_.report(gone);
  }
}

void router::state::send_away(routed&& what, const node_ref& to) {
  const instant now = needs_.clock.now();
  renew(what, now.steady);
  what.tried = to;
  what.tried_at = now.steady;
  std::string encoded = wire::encode(what.what, now);
  what.weight = encoded.size();
  const poll_report gone{what.what.device, poll_of(what.what).value_or(poll_id{}),
                         poll_report::outcome::lost};
  const bool poll = poll_of(what.what).has_value();
  const auto pace = waits(what.what) ? peer_link::pace::waits : peer_link::pace::prompt;
  const auto call = put_under_way(what, to);
  if (!call) {
    error over = out_of_time(what.what);
    return end(std::move(what), std::move(over));
  }
  const auto verdict = peers_->send(to, call_id{*call}, std::move(encoded), pace);
  if (verdict == peer_link::verdict::sent) {
    forwarded_.fetch_add(1, std::memory_order_relaxed);
    if (poll && is_abandoned(gone.poll)) {
      forward(to, gone);
    }
    return;
  }
  auto unsent = take_under_way(*call);
  if (!unsent) {
    // Answered meanwhile: the router was stopped.
    return;
  }
  if (verdict == peer_link::verdict::unreachable) {
    keep(std::move(*unsent));
  } else {
    end(std::move(*unsent), {error_code::overloaded, {}});
  }
}

void router::state::keep(routed&& what) {
  if (what.weight == 0) {
    what.weight = wire::encode(what.what, needs_.clock.now()).size();
  }
  const auto poll = poll_of(what.what);
  bool kept = false;
  bool abandoned = false;
  {
    const std::lock_guard guard(lock_);
    known_poll* known = poll ? &polls_[*poll] : nullptr;
    abandoned = known != nullptr && known->abandoned;
    kept = !abandoned && !stopped_ && waiting_.add(what);
    if (kept && known != nullptr) {
      known->is = known_poll::stage::waiting;
    }
  }
  if (!kept) {
    error why = abandoned ? out_of_time(what.what) : error{error_code::overloaded, {}};
    end(std::move(what), std::move(why));
  }
}

/// Without content, so a poll is over.
void router::state::end(routed&& what, error why) {
  if (const auto poll = poll_of(what.what)) {
    const std::lock_guard guard(lock_);
    polls_.erase(*poll);
  }
  what.to.answer(std::move(why));
}

std::optional<std::uint64_t> router::state::put_under_way(routed& what, const node_ref& at) {
  const auto poll = poll_of(what.what);
  const std::lock_guard guard(lock_);
  if (stopped_) {
    return std::nullopt;
  }
  if (poll) {
    known_poll& known = polls_[*poll];
    if (known.abandoned) {
      return std::nullopt;
    }
    known = {known_poll::stage::parked, at};
  }
  under_way_.emplace(++last_call_, std::move(what));
  return last_call_;
}

std::optional<routed> router::state::take_under_way(std::uint64_t call) {
  const std::lock_guard guard(lock_);
  auto found = under_way_.extract(call);
  if (!found) {
    return std::nullopt;
  }
  if (const auto poll = poll_of(found.mapped().what)) {
    polls_[*poll].is = known_poll::stage::on_its_way;
  }
  return std::move(found.mapped());
}

bool router::state::is_abandoned(poll_id poll) const {
  const std::lock_guard guard(lock_);
  const auto found = polls_.find(poll);
  return found != polls_.end() && found->second.abandoned;
}

void router::state::report(const poll_report& what) {
  const bool lost = what.what == poll_report::outcome::lost;
  std::optional<node_ref> to;
  std::optional<routed> over;
  {
    const std::lock_guard guard(lock_);
    const auto found = polls_.find(what.poll);
    if (found == polls_.end()) {
      return;
    }
    known_poll& known = found->second;
    known.abandoned = known.abandoned || lost;
    switch (known.is) {
    case known_poll::stage::on_its_way:
      break;
    case known_poll::stage::waiting:
      over = lost ? waiting_.take(shard_of(what.device), what.poll) : std::nullopt;
      break;
    case known_poll::stage::parked:
      to = known.at;
      break;
    case known_poll::stage::answered:
      to = known.at;
      polls_.erase(found);
    }
  }
  if (to) {
    forward(*to, what);
  } else if (over) {
    error why = out_of_time(over->what);
    end(std::move(*over), std::move(why));
  }
}

void router::state::forward(const node_ref& to, const poll_report& what) {
  if (to == self) {
    needs_.report(what);
  } else {
    peers_->report(to, what);
  }
}

std::optional<node_ref> router::state::note_reply(const command& asked, const reply& what) {
  const auto poll = poll_of(asked);
  if (!poll) {
    return std::nullopt;
  }
  const std::lock_guard guard(lock_);
  const auto found = polls_.find(*poll);
  if (found == polls_.end()) {
    return std::nullopt;
  }
  const known_poll known = found->second;
  const bool content = !std::holds_alternative<error>(what);
  if (content && !known.abandoned) {
    found->second.is = known_poll::stage::answered;
    return std::nullopt;
  }
  polls_.erase(found);
  // It may have been told already, but not if the client went while the reply was in our hands.
  return content ? std::optional(known.at) : std::nullopt;
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

void router::state::refused_here(routed what) {
  const instant now = needs_.clock.now();
  what.tried = self;
  std::vector<routed> back;
  back.push_back(std::move(what));
  send_again(std::move(back), now);
}

/// To another owner than the last one at once, else after a while.
void router::state::send_again(std::vector<routed> back, instant now) {
  if (back.empty()) {
    return;
  }
  if (needs_.look_again) {
    needs_.look_again();
  }
  for (routed& one : back) {
    one.tried_at = now.steady;
    repeated_.fetch_add(1, std::memory_order_relaxed);
    const auto target = target_of(needs_.shards.owner_of(one.shard));
    if (one.until <= now.steady) {
      error why = out_of_time(one.what);
      end(std::move(one), std::move(why));
    } else if (target && target != one.tried) {
      send(std::move(one));
    } else {
      keep(std::move(one));
    }
  }
}

void router::state::retry() {
  const milliseconds now = needs_.clock.now().steady;
  std::vector<routed> leaving;
  {
    const std::lock_guard guard(lock_);
    leaving = waiting_.take([&](const routed& one) {
      if (one.until <= now) {
        return true;
      }
      const auto target = target_of(needs_.shards.owner_of(one.shard));
      return target && (target != one.tried || one.tried_at + same_owner_again <= now);
    });
    for (const routed& one : leaving) {
      if (const auto poll = poll_of(one.what)) {
        polls_[*poll].is = known_poll::stage::on_its_way;
      }
    }
  }
  for (routed& one : leaving) {
    if (one.until <= now) {
      error why = out_of_time(one.what);
      end(std::move(one), std::move(why));
    } else {
      send(std::move(one));
    }
  }
  end_overdue(now);
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
      if (one.tried != self && at && *at <= now) {
        overdue.push_back(call);
      }
    }
  }
  for (const std::uint64_t call : overdue) {
    if (auto found = take_under_way(call)) {
      error why = fate_unknown(found->what);
      end(std::move(*found), std::move(why));
    }
  }
}

router_counters router::state::counters() const {
  const std::lock_guard guard(lock_);
  return {forwarded_.load(), repeated_.load(), waiting_.size(), under_way_.size()};
}

router::router(dependencies needs) : state_(std::make_unique<state>(std::move(needs), *this)) {}

router::~router() = default;

void router::use(peer_link& peers) {
  state_->use(peers);
}

void router::send(command what, reply_handle to) {
  state_->send(make_routed(std::move(what), std::move(to), state_->needs_.clock.now()));
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
  state_->refused_here(make_routed(std::move(what), std::move(to), state_->needs_.clock.now()));
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
