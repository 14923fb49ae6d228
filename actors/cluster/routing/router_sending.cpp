#include "actors/cluster/routing/router_state.hpp"
#include "actors/cluster/wire/codec.hpp"

namespace muster {

namespace {

/// A command that came back is sent to the same node again after this; to another one at once.
constexpr milliseconds same_owner_again = 50;

/// Whom to send to, as `routed::tried` says it; nullopt: nobody.
std::optional<node_ref> target_of(const shard_holder& holder) {
  if (std::holds_alternative<own_shard>(holder)) {
    return node_ref{};
  }
  const auto* other = std::get_if<other_owner>(&holder);
  return other != nullptr ? std::optional(other->node) : std::nullopt;
}

} // namespace

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
  what.tried = this_node;
  // It may have to follow the shard, so it is kept.
  renew(what, needs_.clock.now().steady);
  command copy = what.what;
  const auto call = put_under_way(what, this_node);
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
    abandoned = poll && polls_.is_abandoned(*poll);
    kept = !abandoned && !stopped_ && waiting_.add(what);
    if (kept && poll) {
      polls_.wait(*poll);
    }
  }
  if (!kept) {
    error why = abandoned ? out_of_time(what.what) : error{error_code::overloaded, {}};
    end(std::move(what), std::move(why));
  }
}

std::optional<std::uint64_t> router::state::put_under_way(routed& what, const node_ref& at) {
  const auto poll = poll_of(what.what);
  const std::lock_guard guard(lock_);
  if (stopped_ || (poll && !polls_.park(*poll, at))) {
    return std::nullopt;
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
    polls_.take_back(*poll);
  }
  return std::move(found.mapped());
}

void router::state::refused_here(routed what) {
  const instant now = needs_.clock.now();
  what.tried = this_node;
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
        polls_.take_back(*poll);
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

} // namespace muster
