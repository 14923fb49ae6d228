#include "actors/service/cluster_service.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <utility>

namespace muster {

namespace {

/// A hand-over that takes longer is given up: the peers then declare this node dead.
constexpr std::chrono::milliseconds longest_hand_over{7'000};
/// How long a node that has left is still connected to.
constexpr milliseconds keep_departed = 5'000;
constexpr milliseconds link_pause = 100;
/// Of peers that hang.
constexpr milliseconds longest_farewell = 500;

member_state to_state(persistence::member_status status) noexcept {
  switch (status) {
  case persistence::member_status::alive:
    return member_state::alive;
  case persistence::member_status::leaving:
    return member_state::leaving;
  case persistence::member_status::dead:
    break;
  }
  return member_state::dead;
}

std::optional<peer_address> address_of(const persistence::member& one) {
  const auto colon = one.address.rfind(':');
  if (colon == std::string::npos) {
    return std::nullopt;
  }
  std::string host = one.address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return peer_address{one.node, std::move(host),
                      static_cast<std::uint16_t>(std::stoul(one.address.substr(colon + 1)))};
}

/// What a device's messages meet on whichever node they come to.
bool obeyed_by_all(const change& what) {
  return std::holds_alternative<save_rule_chain>(what) ||
         std::holds_alternative<save_rule_graph>(what) ||
         std::holds_alternative<make_root_rule_chain>(what) ||
         std::holds_alternative<delete_rule_chain>(what) ||
         std::holds_alternative<import_rule_chains>(what) ||
         std::holds_alternative<save_profile>(what);
}

} // namespace

cluster_status to_status(const persistence::cluster_view& view) {
  cluster_status shown;
  for (const auto& one : view.members) {
    const auto owned =
        std::count_if(view.shards.begin(), view.shards.end(),
                      [&](const persistence::shard_row& row) { return row.owner == one.node; });
    shown.nodes.push_back({one.node.id, one.node.generation, one.address, to_state(one.status),
                           static_cast<std::size_t>(owned), one.last_heartbeat});
  }
  for (const auto& row : view.shards) {
    shown.shards.push_back(
        {static_cast<std::uint64_t>(row.epoch), row.owner.generation == 0 ? "" : row.owner.id});
  }
  return shown;
}

cluster_service::~cluster_service() {
  begin_shutdown();
  {
    const std::lock_guard guard(here_lock_);
    here_ = false;
  }
  if (ticking_) {
    ticking_->stop();
  }
  if (news_) {
    news_->stop();
  }
  if (core_) {
    core_->end_actors();
  }
  if (links_) {
    if (handed_over_) {
      // No shard is left, so no commit either; and the actors have ended.
      links_->say_farewell();
      links_->await_farewell(longest_farewell);
    }
    links_->stop();
  }
  if (router_) {
    // What it holds may be the core's to be told.
    router_->stop();
  }
}

std::optional<token_owner> cluster_service::cached_token(std::string_view token) {
  return core_->cached_token(token);
}

void cluster_service::find_token(std::string token,
                                 std::function<void(result<std::optional<token_owner>>)> found) {
  core_->find_token(std::move(token), std::move(found));
}

void cluster_service::send(command what, reply_handle to) {
  if (stopping_.load(std::memory_order_relaxed)) {
    return to.answer(error{error_code::shutting_down, {}});
  }
  router_->send(std::move(what), std::move(to));
}

void cluster_service::report(const poll_report& what) {
  router_->report(what);
}

void cluster_service::ask(query what, reply_handle to) {
  if (auto* asked = std::get_if<inspect>(&what);
      asked != nullptr && cluster_inspector::is_for_all(*asked)) {
    return inspector_->ask(std::move(*asked), std::move(to));
  }
  core_->ask(std::move(what), std::move(to));
}

void cluster_service::apply(change what, reply_handle to) {
  core_->apply(std::move(what),
               obeyed_by_all(what) ? agreement_->hold(std::move(to)) : std::move(to));
}

std::optional<bool> cluster_service::token_valid(const user_id& user, const uuid& session,
                                                 timestamp issued) const {
  // What is revoked stays so; what is not revoked here may be so on another node.
  return core_->token_valid(user, session, issued).value() ? std::nullopt : std::optional(false);
}

void cluster_service::check_token(const user_id& user, const uuid& session, timestamp issued,
                                  std::function<void(result<bool> valid)> found) {
  tokens_->check(user, session, issued, std::move(found));
}

service_status cluster_service::status() const {
  service_status now = core_->status();
  const auto owned = ownership_->counters();
  const auto linked = links_->counters();
  const auto routed = router_->counters();
  auto& shown = now.cluster.emplace();
  shown.shards_served = owned.shards_served;
  shown.members_alive = owned.members_alive;
  shown.lease_valid = ownership_->lease().valid();
  shown.shards_taken = owned.taken;
  shown.shards_handed_over = owned.handed_over;
  shown.shards_lost = owned.lost;
  shown.renewals_failed = owned.renewals_failed;
  shown.fenced_commits = core_->devices().fenced_commits();
  shown.peers_connected = linked.peers_connected;
  shown.requests_forwarded = routed.forwarded;
  shown.requests_received = linked.requests_received;
  shown.requests_refused = linked.refused;
  return now;
}

cluster_status cluster_service::cluster() const {
  return to_status(ownership_->view());
}

void cluster_service::on_expelled(std::function<void(const std::string& why)> then) {
  std::unique_lock guard(expelled_lock_);
  if (expelled_because_.empty()) {
    on_expelled_ = std::move(then);
    return;
  }
  guard.unlock();
  then(expelled_because_);
}

void cluster_service::hand_over() {
  struct waiting {
    std::mutex lock;
    std::condition_variable done;
    bool left = false;
  };
  // Shared: it may be called after the wait was given up.
  auto wait = std::make_shared<waiting>();
  const auto left = [wait] {
    const std::lock_guard guard(wait->lock);
    wait->left = true;
    wait->done.notify_one();
  };
  {
    const std::lock_guard guard(expelled_lock_);
    if (!expelled_because_.empty()) {
      return;
    }
    stop_waiting_ = left;
  }
  ownership_->leave(left);
  std::unique_lock guard(wait->lock);
  if (!wait->done.wait_for(guard, longest_hand_over, [&] { return wait->left; })) {
    spdlog::warn("Not all shards could be handed over in time");
    return;
  }
  guard.unlock();
  const std::lock_guard expelled_guard(expelled_lock_);
  handed_over_ = expelled_because_.empty();
}

void cluster_service::begin_shutdown() {
  stopping_ = true;
  if (core_) {
    core_->begin_shutdown();
  }
}

void cluster_service::while_here(const std::function<void()>& work) {
  const std::lock_guard guard(here_lock_);
  if (here_) {
    work();
  }
}

persistence::shard_epoch cluster_service::epoch_of(shard_id shard) {
  const std::lock_guard guard(owned_lock_);
  return owned_[static_cast<std::size_t>(shard)];
}

void cluster_service::disown(shard_id shard, persistence::shard_epoch epoch) {
  const std::lock_guard guard(owned_lock_);
  if (owned_[static_cast<std::size_t>(shard)] == epoch) {
    rows_->disown(shard);
  }
}

void cluster_service::open_shard(const persistence::owned_shard& which) {
  while_here([&] {
    {
      const std::lock_guard guard(owned_lock_);
      owned_[static_cast<std::size_t>(which.shard)] = which.epoch;
      rows_->own(which.shard, which.epoch, which.seq);
    }
    // Without the lock, as it answers what was held.
    core_->devices().open_shard(which.shard, which.epoch);
  });
}

void cluster_service::drain_shard(shard_id shard, std::function<void()> drained) {
  while_here([&] {
    // Called while the core is there.
    core_->devices().drain_shard(
        shard, [this, shard, epoch = epoch_of(shard), drained = std::move(drained)] {
          disown(shard, epoch);
          drained();
        });
  });
}

void cluster_service::close_shard(shard_id shard) {
  while_here([&] {
    core_->devices().close_shard(shard);
    disown(shard, epoch_of(shard));
  });
}

void cluster_service::connect_to(const std::vector<persistence::member>& members) {
  {
    const std::lock_guard guard(peers_lock_);
    const milliseconds leave = clock_.now().steady + keep_departed;
    // Whoever is not named below has left, or was declared dead.
    std::erase_if(peers_, [](const auto& one) { return !one.second.leaving; });
    for (auto& [node, peer] : peers_) {
      peer.until = std::min(peer.until, leave);
    }
    for (const auto& one : members) {
      if (one.node.id == ownership_->self().id || one.status == persistence::member_status::dead) {
        continue;
      }
      std::erase_if(peers_, [&](const auto& known) { return known.first.id == one.node.id; });
      if (auto where = address_of(one)) {
        const bool leaving = one.status == persistence::member_status::leaving;
        peers_[one.node] = {std::move(*where), leaving, never};
      }
    }
  }
  update_peers();
  std::vector<node_ref> others;
  for (const auto& one : members) {
    if (one.node.id != ownership_->self().id && one.status != persistence::member_status::dead) {
      others.push_back(one.node);
    }
  }
  while_here([&] { agreement_->others(others); });
}

std::vector<node_ref> cluster_service::other_nodes() const {
  std::vector<node_ref> others;
  for (const auto& one : ownership_->view().members) {
    if (one.node.id != ownership_->self().id && one.status != persistence::member_status::dead) {
      others.push_back(one.node);
    }
  }
  return others;
}

void cluster_service::update_peers() {
  // The list is made and passed on as one step: two threads come here, and an older list that is
  // passed on last would drop a new member.
  while_here([&] {
    std::vector<peer_address> wanted;
    {
      const std::lock_guard guard(peers_lock_);
      const milliseconds now = clock_.now().steady;
      std::erase_if(peers_, [now](const auto& one) { return one.second.until <= now; });
      for (const auto& [node, peer] : peers_) {
        wanted.push_back(peer.where);
      }
    }
    links_->set_peers(wanted);
  });
}

void cluster_service::expelled(const std::string& why) {
  spdlog::error("This node is not a member of the cluster any more: {}", why);
  std::function<void(const std::string&)> then;
  {
    const std::lock_guard guard(expelled_lock_);
    expelled_because_ = why;
    then = std::move(on_expelled_);
    if (stop_waiting_) {
      stop_waiting_();
    }
  }
  if (then) {
    then(why);
  }
}

void cluster_service::tick() {
  if (!started_) {
    return;
  }
  router_->retry();
  news_->tick();
  agreement_->tick();
  inspector_->tick();
  const milliseconds now = clock_.now().steady;
  if (now >= next_link_tick_) {
    next_link_tick_ = now + link_pause;
    links_->tick();
    bool over = false;
    {
      const std::lock_guard guard(peers_lock_);
      over = std::any_of(peers_.begin(), peers_.end(),
                         [now](const auto& one) { return one.second.until <= now; });
    }
    if (over) {
      update_peers();
    }
  }
}

} // namespace muster
