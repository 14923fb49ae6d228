#pragma once

#include "actors/cluster/links/links.hpp"
#include "actors/cluster/ownership/ownership.hpp"
#include "actors/cluster/routing/router.hpp"
#include "actors/device/settings.hpp"
#include "actors/inspection/cluster_inspector.hpp"
#include "actors/service/change_agreement.hpp"
#include "actors/service/change_news.hpp"
#include "actors/service/node_service.hpp"
#include "actors/service/timer.hpp"
#include "actors/service/token_check.hpp"
#include "persistence/postgres/postgres_store.hpp"

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace muster {

/// The service of a cluster's node: a `node_service` over the common database, which carries out
/// the commands of the shards that this node owns, and around it what the cluster needs: ownership
/// of shards, links to the other nodes, and a router that brings each command to its owner.
class cluster_service final : public service {
public:
  /// Opens the database, becomes a member and listens for the others; nothing is served before
  /// `start`. Blocks.
  static result<std::unique_ptr<cluster_service>> open(const service_options& options,
                                                       const clock_source& clock);
  ~cluster_service() override;

  std::optional<token_owner> cached_token(std::string_view token) override;
  void find_token(std::string token,
                  std::function<void(result<std::optional<token_owner>>)> found) override;
  void send(command what, reply_handle to) override;
  void report(const poll_report& what) override;
  void ask(query what, reply_handle to) override;
  void apply(change what, reply_handle to) override;
  package_files& packages() override { return core_->packages(); }
  std::optional<bool> token_valid(const user_id& user, const uuid& session,
                                  timestamp issued) const override;
  void check_token(const user_id& user, const uuid& session, timestamp issued,
                   std::function<void(result<bool> valid)> found) override;
  const std::string& signing_key() const override { return core_->signing_key(); }
  result<std::string> make_administrator() override { return core_->make_administrator(); }
  service_status status() const override;
  refusals& refused() override { return core_->refused(); }
  void show_options(std::vector<shown_option> all) override { core_->show_options(std::move(all)); }
  void show_edge(const edge_view& shown) override { core_->show_edge(shown); }
  cluster_status cluster() const override;
  void on_expelled(std::function<void(const std::string& why)> then) override;
  void hand_over() override;
  void begin_shutdown() override;

private:
  /// Another node; its session is kept for a while when it has left, since calls to it may be on
  /// their way.
  struct known_peer {
    peer_address where;
    bool leaving = false;
    /// Steady time.
    milliseconds until = never;
  };

  cluster_service(const service_options& options, const clock_source& clock)
      : options_(options), clock_(clock) {}

  // open_cluster.cpp, in this order
  result<void> join();
  void make_router();
  result<void> make_core(std::unique_ptr<persistence::postgres_store> rows);
  result<void> open_links();
  result<void> start();

  /// On the ownership's thread, unless this object ends: the parts below may be gone then.
  void while_here(const std::function<void()>& work);
  void open_shard(const persistence::owned_shard& which);
  void drain_shard(shard_id shard, std::function<void()> drained);
  void close_shard(shard_id shard);
  persistence::shard_epoch epoch_of(shard_id shard);
  /// Unless the shard has been taken again since. Any thread.
  void disown(shard_id shard, persistence::shard_epoch epoch);
  void connect_to(const std::vector<persistence::member>& members);
  void update_peers();
  /// Those of the view that are not dead, without this node.
  std::vector<node_ref> other_nodes() const;
  void expelled(const std::string& why);
  void tick();

  const service_options options_;
  const clock_source& clock_;
  std::atomic<bool> stopping_ = false;
  std::mutex here_lock_;
  bool here_ = true;
  std::mutex expelled_lock_;
  std::string expelled_because_;
  std::function<void(const std::string&)> on_expelled_;
  /// Ends a wait for the hand-over; empty: nobody waits.
  std::function<void()> stop_waiting_;
  /// Nothing of the cluster's devices is here any more, and nothing of it is under way.
  bool handed_over_ = false;
  std::mutex owned_lock_;
  std::array<persistence::shard_epoch, shard_count> owned_{};
  std::mutex peers_lock_;
  std::map<node_ref, known_peer> peers_;

  // Ended in the reverse order: the core first, since its actors and the work of its threads send
  // by the router, and hold handles of other nodes' callers. What the ownership calls meanwhile
  // finds nobody here.
  std::atomic<bool> started_ = false;
  milliseconds next_link_tick_ = 0;
  /// Woken by all the others.
  std::unique_ptr<timer> ticking_;
  std::unique_ptr<ownership> ownership_;
  std::unique_ptr<router> router_;
  std::unique_ptr<links> links_;
  persistence::postgres_store* rows_ = nullptr;
  std::unique_ptr<change_agreement> agreement_;
  std::unique_ptr<cluster_inspector> inspector_;
  std::unique_ptr<change_news> news_;
  std::unique_ptr<token_check> tokens_;
  std::unique_ptr<node_service> core_;
};

/// The table's view as the application API shows it.
cluster_status to_status(const persistence::cluster_view& view);

} // namespace muster
