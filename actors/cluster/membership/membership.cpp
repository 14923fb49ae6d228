#include "actors/cluster/membership/membership.hpp"

#include "actors/cluster/membership/planning.hpp"
#include "actors/cluster/membership/verdicts.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

using persistence::cluster_view;
using persistence::member;
using persistence::member_status;
using persistence::node_ref;
using persistence::shard_epoch;

} // namespace

membership::membership(node_ref self, const membership_options& options, milliseconds now)
    : self_(self), options_(options), held_(self, options), peers_(std::move(self), options),
      looked_(now - options.look_every), next_renewal_(now), renewed_(now), steady_since_(now),
      calls_from_(now) {}

// What to ask next: the renewal before all, since reads wait for it; then what others wait for.

std::optional<table_call> membership::next_call(milliseconds now) {
  if (ended_ || departed_) {
    return std::nullopt;
  }
  if (now >= next_renewal_) {
    next_renewal_ = now + options_.renew_every;
    return renew_call{now};
  }
  if (now < calls_from_) {
    return std::nullopt;
  }
  if (auto call = leaving_call()) {
    return call;
  }
  if (auto call = own_shards_call()) {
    return call;
  }
  if (look_due(now)) {
    return look(now);
  }
  if (!view_) {
    return std::nullopt;
  }
  if (auto call = taking_call()) {
    return call;
  }
  // Neither a vote nor a plan is compared with anything when the view is known to be old.
  return look_wanted_ ? std::nullopt : judging_call(now);
}

table_call membership::look(milliseconds now) {
  looked_ = now;
  look_wanted_ = false;
  return look_call{};
}

std::optional<table_call> membership::leaving_call() {
  if (leave_wanted_ && !leaving_) {
    return leave_call{};
  }
  if (leaving_ && view_ && !look_wanted_ && held_.empty()) {
    return depart_call{};
  }
  return std::nullopt;
}

std::optional<table_call> membership::own_shards_call() {
  if (auto shards = held_.to_release(); !shards.empty()) {
    return release_call{std::move(shards)};
  }
  if (auto shards = held_.unconfirmed(); !shards.empty()) {
    return confirm_call{std::move(shards)};
  }
  return std::nullopt;
}

std::optional<table_call> membership::taking_call() {
  if (!leave_wanted_ && !claims_outdated_) {
    if (auto claims = held_.claims(*view_, dead_); !claims.empty()) {
      return take_call{std::move(claims)};
    }
  }
  return std::nullopt;
}

std::optional<table_call> membership::judging_call(milliseconds now) {
  if (is_isolated(now)) {
    return std::nullopt;
  }
  const milliseconds age = now - seen_;
  // Who can't renew himself judges nobody.
  if (now - renewed_ < options_.lease) {
    const std::function<bool(const node_ref&)> silent = [this](const node_ref& node) {
      return peers_.silent(node);
    };
    const std::function<bool(const node_ref&)> unheard = [this, now](const node_ref& node) {
      return is_unheard(node, now);
    };
    if (const auto found = judge({*view_, age, unheard, silent}, self_, options_)) {
      if (age > options_.judged_view_age) {
        return look(now);
      }
      return vote_call{view_->version, found->suspect, found->decides};
    }
  }
  if (plan_holds_) {
    return std::nullopt;
  }
  const auto targets =
      plan_of(*view_, self_, options_, [this](const node_ref& node) { return peers_.heard(node); });
  plan_holds_ = !targets;
  return targets ? std::optional<table_call>(plan_call{view_->version, *targets}) : std::nullopt;
}

bool membership::steady(milliseconds now) const {
  return now - renewed_ < options_.lease && now - steady_since_ >= options_.steady_for_heartbeats;
}

bool membership::is_unheard(const node_ref& node, milliseconds now) const {
  const auto known = heard_.find(node);
  return steady(now) && known != heard_.end() &&
         now - known->second.since >= options_.heartbeat_fresh;
}

/// Has heard nobody since its start, although others renew: it may be the one that is cut off.
bool membership::is_isolated(milliseconds now) const {
  return !heard_any_ && std::ranges::any_of(view_->members, [&](const member& one) {
    return one.node != self_ && one.status != member_status::dead && !is_unheard(one.node, now);
  });
}

bool membership::look_due(milliseconds now) const {
  const milliseconds since = now - looked_;
  return since >= options_.look_every || (look_wanted_ && since >= options_.look_pause) ||
         (since >= options_.look_every_unsettled && unsettled_);
}

bool membership::is_unsettled() const {
  return std::ranges::any_of(view_->shards, [this](const auto& row) {
    return row.owner.generation == 0 || row.owner != row.target || dead_.contains(row.owner);
  });
}

// What came of it.

void membership::answered(const table_call& what, table_answer got, milliseconds now) {
  if (ended_) {
    return;
  }
  if (std::holds_alternative<call_failed>(got)) {
    return failed(what, now);
  }
  if (const auto* renew = std::get_if<renew_call>(&what)) {
    renewed(*renew, std::get<call_verdict>(got));
  } else if (std::holds_alternative<look_call>(what)) {
    saw(std::get<cluster_view>(std::move(got)), now);
  } else if (const auto* take = std::get_if<take_call>(&what)) {
    held_.taken(take->claims, std::get<call_shards>(got), dead_, now);
    note_taken(take->claims.size(), std::get<call_shards>(got));
  } else if (const auto* confirm = std::get_if<confirm_call>(&what)) {
    held_.confirmed(confirm->shards, std::get<call_shards>(got), now);
    look_wanted_ = true;
  } else if (const auto* release = std::get_if<release_call>(&what)) {
    held_.released(release->shards);
    look_wanted_ = true;
  } else if (std::holds_alternative<leave_call>(what)) {
    leave_begun(std::get<call_verdict>(got), now);
  } else if (std::holds_alternative<depart_call>(what)) {
    departed_ = true;
  } else {
    // A vote or a plan: either it changed the table, or the table had changed.
    look_wanted_ = true;
  }
}

void membership::renewed(const renew_call& what, bool alive) {
  if (!alive) {
    return end("declared dead by other members");
  }
  if (what.sent - renewed_ >= options_.lease) {
    steady_since_ = what.sent;
  }
  renewed_ = std::max(renewed_, what.sent);
}

void membership::note_taken(std::size_t asked, const call_shards& got) {
  for (const auto& one : got) {
    view_->shards[static_cast<std::size_t>(one.shard)] = {one.epoch, one.seq, self_, self_};
  }
  plan_holds_ = false;
  if (got.size() < asked) {
    // A claim that failed was of a row that has changed.
    claims_outdated_ = true;
    look_wanted_ = true;
  }
}

void membership::leave_begun(bool alive, milliseconds now) {
  if (!alive) {
    return end("declared dead by other members");
  }
  leaving_ = true;
  leaving_since_ = now;
  look_wanted_ = true;
}

void membership::failed(const table_call& what, milliseconds now) {
  calls_from_ = now + options_.retry;
  next_renewal_ = std::min(next_renewal_, calls_from_);
  look_wanted_ = true;
  if (const auto* take = std::get_if<take_call>(&what)) {
    held_.take_failed(take->claims);
  }
}

void membership::saw(cluster_view view, milliseconds now) {
  view_ = std::move(view);
  seen_ = now;
  claims_outdated_ = false;
  plan_holds_ = false;
  const bool alive = std::ranges::any_of(view_->members, [this](const member& one) {
    return one.node == self_ && one.status != member_status::dead;
  });
  if (!alive) {
    return end("not a live member any more");
  }
  note_dead(now);
  note_heartbeats(now);
  unsettled_ = is_unsettled();
  held_.saw(*view_);
  peers_.saw(*view_);
}

void membership::note_heartbeats(milliseconds now) {
  std::map<node_ref, heartbeat> known;
  for (const auto& one : view_->members) {
    const auto before = heard_.find(one.node);
    const bool same = before != heard_.end() && before->second.at == one.last_heartbeat;
    known[one.node] = same ? before->second : heartbeat{one.last_heartbeat, now};
  }
  heard_ = std::move(known);
}

void membership::note_dead(milliseconds now) {
  std::map<node_ref, milliseconds> known;
  const auto note = [&](const node_ref& node) {
    const auto before = dead_.find(node);
    known.emplace(node, before == dead_.end() ? now : before->second);
  };
  std::vector<node_ref> live;
  for (const auto& one : view_->members) {
    if (one.status == member_status::dead) {
      note(one.node);
    } else {
      live.push_back(one.node);
    }
  }
  for (const auto& row : view_->shards) {
    // An owner that is no member was one that is dead.
    if (row.owner.generation != 0 && std::ranges::find(live, row.owner) == live.end()) {
      note(row.owner);
    }
  }
  dead_ = std::move(known);
}

void membership::end(std::string why) {
  ended_ = std::move(why);
  held_.drop_all();
}

// Time, peers, shards.

std::vector<node_ref> membership::tick(milliseconds now) {
  if (ended_ || departed_) {
    return {};
  }
  held_.advance(now, [&](shard_id shard) { return gives_up(shard, now); });
  return peers_.tick(now);
}

void membership::probed(const node_ref& node, bool alive, milliseconds now) {
  const bool known = peers_.heard(node);
  peers_.answered(node, alive, now);
  if (!known && peers_.heard(node)) {
    heard_any_ = true;
    plan_holds_ = false;
  }
}

void membership::lost(shard_id shard, shard_epoch epoch) {
  held_.lost(shard, epoch);
  look_wanted_ = true;
}

void membership::leave(milliseconds now) {
  leave_wanted_ = true;
  leaving_since_ = now;
}

bool membership::can_take(const node_ref& node) const {
  return node != self_ && std::ranges::any_of(view_->members, [&](const member& one) {
           return one.node == node && one.status == member_status::alive;
         });
}

bool membership::gives_up(shard_id shard, milliseconds now) const {
  if (!view_) {
    return false;
  }
  if (can_take(view_->shards[static_cast<std::size_t>(shard)].target)) {
    return true;
  }
  // A leaving node waits for a plan only as long as somebody is there to make one.
  return leaving_ && (now - leaving_since_ >= options_.leave_patience ||
                      std::ranges::none_of(view_->members, [this](const member& one) {
                        return can_take(one.node);
                      }));
}

milliseconds membership::wake_at(milliseconds now) const {
  milliseconds at = std::min({next_renewal_, peers_.wake_at(), held_.wake_at()});
  milliseconds pause = unsettled_ ? options_.look_every_unsettled : options_.look_every;
  pause = look_wanted_ ? std::min(pause, options_.look_pause) : pause;
  at = std::min(at, looked_ + pause);
  const milliseconds patience_ends = leaving_since_ + options_.leave_patience;
  if (leaving_ && now < patience_ends) {
    at = std::min(at, patience_ends);
  }
  return std::max({at, calls_from_, now});
}

} // namespace muster
