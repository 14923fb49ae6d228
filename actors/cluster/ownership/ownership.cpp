#include "actors/cluster/ownership/ownership.hpp"

#include "actors/cluster/membership/membership.hpp"
#include "actors/cluster/ownership/inbox.hpp"
#include "actors/cluster/ownership/member_news.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

namespace muster {

namespace {

using persistence::cluster_view;
using persistence::member;
using persistence::member_status;

class running_ownership final : public ownership {
public:
  running_ownership(node_ref self, dependencies needs, const membership_options& options)
      : self_(std::move(self)), needs_(std::move(needs)), lease_(needs_.clock, options.lease),
        core_(self_, options, needs_.clock.now().steady),
        inbox_(std::make_shared<inbox>([this] { needs_.table->wake(); })) {}

  ~running_ownership() override {
    ending_ = true;
    needs_.table->wake();
    if (thread_.joinable()) {
      thread_.join();
    }
    inbox_->close();
  }

  void start() override {
    thread_ = std::thread([this] { run(); });
  }

  const node_ref& self() const noexcept override { return self_; }
  shard_map& shards() noexcept override { return map_; }
  const read_lease& lease() const noexcept override { return lease_; }

  void lost(shard_id shard, shard_epoch epoch) override {
    inbox_->post([=](membership& core, milliseconds) { core.lost(shard, epoch); });
  }

  void look_again() override {
    // One for all that ask before the thread has heard it.
    if (!asked_to_look_.exchange(true)) {
      inbox_->post([this](membership& core, milliseconds) {
        asked_to_look_ = false;
        core.look_again();
      });
    }
  }

  void leave(std::function<void()> left) override {
    inbox_->post([this, left = std::move(left)](membership& core, milliseconds now) {
      spdlog::info("cluster: {} hands its shards over", to_text(self_));
      left_ = left;
      core.leave(now);
    });
  }

  cluster_view view() const override {
    std::lock_guard guard(view_mutex_);
    return view_ ? *view_ : cluster_view{};
  }

  ownership_counters counters() const noexcept override {
    std::lock_guard guard(view_mutex_);
    return counters_;
  }

  void run() override {
    while (!ending_ && !core_.ended() && !core_.departed()) {
      const milliseconds now = steady();
      for (const auto& event : inbox_->take()) {
        event(core_, now);
      }
      for (const auto& node : core_.tick(now)) {
        probe(node);
      }
      carry_out(core_.take_steps());
      if (const auto call = core_.next_call(now)) {
        ask(*call);
      } else if (needs_.table->wait(core_.wake_at(now) - now)) {
        core_.look_again();
      }
    }
    carry_out(core_.take_steps());
    inbox_->close();
    if (core_.ended()) {
      spdlog::error("cluster: {} ends: {}", to_text(self_), *core_.ended());
      needs_.ended(*core_.ended());
    } else if (core_.departed()) {
      spdlog::info("cluster: {} has left", to_text(self_));
      left_();
    }
  }

private:
  milliseconds steady() const { return needs_.clock.now().steady; }

  void probe(const node_ref& node) {
    for (const auto& one : core_.view()->members) {
      if (one.node == node) {
        needs_.probe(one, [node, to = inbox_](bool alive) {
          to->post([=](membership& core, milliseconds now) { core.probed(node, alive, now); });
        });
      }
    }
  }

  void ask(const table_call& what) {
    auto got = perform(*needs_.table, self_, what);
    const auto* failed = std::get_if<call_failed>(&got);
    tell_trouble(failed);
    const auto* renew = std::get_if<renew_call>(&what);
    if (renew != nullptr && failed != nullptr) {
      ++renewals_failed_;
    } else if (renew != nullptr && std::get<call_verdict>(got)) {
      lease_.renewed(renew->sent);
    }
    const bool looked = std::holds_alternative<cluster_view>(got);
    core_.answered(what, std::move(got), steady());
    if (looked) {
      tell_view();
    }
  }

  /// Once when it begins and once when it is over.
  void tell_trouble(const call_failed* failed) {
    if ((failed != nullptr) == in_trouble_) {
      return;
    }
    in_trouble_ = failed != nullptr;
    if (in_trouble_) {
      spdlog::warn("cluster: the table does not answer: {}", failed->why);
    } else {
      spdlog::info("cluster: the table answers again");
    }
  }

  void tell_view() {
    const auto& now = *core_.view();
    for (const auto& news : member_news(members_, now.members)) {
      spdlog::info("cluster: {}", news);
    }
    const auto same = [](const member& a, const member& b) {
      return a.node == b.node && a.status == b.status && a.address == b.address;
    };
    if (!std::ranges::equal(members_, now.members, same)) {
      needs_.members_changed(now.members);
    }
    members_ = now.members;
    std::lock_guard guard(view_mutex_);
    view_ = now;
  }

  /// Opens before the map sends anybody here, and closes after it has stopped doing so.
  void carry_out(const std::vector<holdings::step>& steps) {
    for (const auto& one : steps) {
      if (one.what == holdings::step::kind::open) {
        needs_.open_shard(one.shard);
      }
    }
    publish();
    std::size_t lost = 0;
    for (const auto& one : steps) {
      if (one.what == holdings::step::kind::drain) {
        drain(one.shard);
      } else if (one.what == holdings::step::kind::close) {
        ++lost;
        needs_.close_shard(one.shard.shard);
      }
    }
    if (lost > 0) {
      spdlog::warn("cluster: {} shards were lost to others", lost);
    }
  }

  void drain(const persistence::owned_shard& what) {
    needs_.drain_shard(what.shard, [what, to = inbox_] {
      to->post([=](membership& core, milliseconds) { core.drained(what.shard, what.epoch); });
    });
  }

  void publish() {
    std::array<shard_holder, shard_count> holders{};
    if (core_.view() && !core_.ended()) {
      for (std::size_t i = 0; i < holders.size(); ++i) {
        holders[i] = holder_of(static_cast<shard_id>(i), core_.view()->shards[i]);
      }
    }
    map_.replace(std::move(holders));
    count();
  }

  shard_holder holder_of(shard_id shard, const persistence::shard_row& row) const {
    if (const auto epoch = core_.held().served(shard)) {
      return own_shard{*epoch};
    }
    if (row.owner == self_ || core_.is_dead(row.owner)) {
      return no_owner{};
    }
    for (const auto& one : core_.view()->members) {
      if (one.node == row.owner) {
        return other_owner{one.node, row.epoch, one.address};
      }
    }
    return no_owner{};
  }

  void count() {
    std::lock_guard guard(view_mutex_);
    counters_.shards_served = map_.served();
    counters_.taken = core_.held().taken_count();
    counters_.handed_over = core_.held().released_count();
    counters_.lost = core_.held().lost_count();
    counters_.renewals_failed = renewals_failed_;
    counters_.members_alive = static_cast<std::size_t>(std::ranges::count(
        members_, member_status::alive, [](const member& one) { return one.status; }));
  }

  node_ref self_;
  dependencies needs_;
  read_lease lease_;
  shard_map map_;

  // Of the thread only.
  membership core_;
  std::vector<member> members_;
  std::function<void()> left_;
  std::uint64_t renewals_failed_ = 0;
  bool in_trouble_ = false;

  std::shared_ptr<inbox> inbox_;
  std::atomic<bool> asked_to_look_ = false;
  std::atomic<bool> ending_ = false;

  mutable std::mutex view_mutex_;
  std::optional<cluster_view> view_;
  ownership_counters counters_;

  std::thread thread_;
};

/// How long a member's heartbeat is watched: some renewals.
constexpr milliseconds namesake_watched = 1'500;
constexpr milliseconds between_looks = 100;

/// Refuses a name that a living node at another address has: the two would expel each other without
/// end. A life of this node that was killed just now does not renew any more.
result<void> check_name(persistence::cluster_table& table, const clock_source& clock,
                        const std::string& id, const std::string& address) {
  std::optional<member> namesake;
  const milliseconds end = clock.now().steady + namesake_watched;
  while (clock.now().steady < end) {
    const auto view = table.read();
    if (!view) {
      return tl::unexpected(view.error());
    }
    const auto found = std::ranges::find_if(view->members, [&](const member& one) {
      return one.node.id == id && one.address != address && one.status != member_status::dead;
    });
    if (found == view->members.end()) {
      return {};
    }
    if (namesake && namesake->last_heartbeat != found->last_heartbeat) {
      return fail(error_code::already_exists, "there is a node " + to_text(found->node) + " at " +
                                                  found->address +
                                                  "; each node needs an id of its own");
    }
    namesake = *found;
    table.wait(between_looks);
  }
  return {};
}

} // namespace

result<std::unique_ptr<ownership>> ownership::join(const std::string& id,
                                                   const std::string& address, dependencies needs,
                                                   const membership_options& options) {
  if (!persistence::is_node_id(id)) {
    return fail(error_code::invalid,
                "a node's id is 1 to 64 letters, digits, dots, hyphens and underscores: " + id);
  }
  if (auto free = check_name(*needs.table, needs.clock, id, address); !free) {
    return tl::unexpected(std::move(free.error()));
  }
  auto self = needs.table->join(id, address);
  if (!self) {
    return tl::unexpected(std::move(self.error()));
  }
  spdlog::info("cluster: this is {} at {}", to_text(*self), address);
  return std::make_unique<running_ownership>(std::move(*self), std::move(needs), options);
}

} // namespace muster
