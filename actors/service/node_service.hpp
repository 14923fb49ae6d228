#pragma once

#include "actors/directory/directory.hpp"
#include "actors/directory/revocations.hpp"
#include "actors/inspection/crash_dump.hpp"
#include "actors/inspection/inspector.hpp"
#include "actors/jobs/jobs.hpp"
#include "actors/jobs/rollout_counts.hpp"
#include "actors/registry/registry.hpp"
#include "actors/rules/rules_table.hpp"
#include "actors/rules/scripts/script_engine.hpp"
#include "actors/service/commit_news.hpp"
#include "actors/service/outbox_carrier.hpp"
#include "actors/service/package_files.hpp"
#include "actors/service/service.hpp"
#include "actors/service/timer.hpp"
#include "actors/service/token_cache.hpp"
#include "actors/service/token_lookup.hpp"
#include "persistence/committer/committer.hpp"
#include "persistence/reader_pool/reader_pool.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

namespace muster {

/// What a cluster's node does otherwise than a single one.
struct cluster_hooks {
  /// To the shard's owner: commands of jobs and of the directory.
  std::function<void(command, reply_handle)> send;
  /// registry::dependencies
  read_many read_devices;
  token_lookup::find_many find_tokens;
  std::function<bool()> owns_now;
  std::function<void(shard_id, persistence::shard_epoch)> shard_lost;
  std::function<void(command&&, reply_handle&&)> not_served;
  /// Whether this node works at that job.
  std::function<bool(const uuid& job)> works_at;
  /// A device's credentials were changed here: the digest of those it had.
  std::function<void(const token_digest&)> token_changed;
  /// The directory was changed here.
  std::function<void()> directory_changed;
  /// Whether what other nodes have changed is known up to some seconds ago.
  std::function<bool()> news_fresh;
  std::function<service_status()> status;
  std::function<cluster_status()> members;
};

/// What a node is made of.
struct node_parts {
  std::unique_ptr<persistence::store> rows;
  std::string signing_key;
  std::unique_ptr<package_keeper> packages;
  /// Absent: a single node, which owns all shards.
  std::optional<cluster_hooks> cluster = std::nullopt;
};

/// All that a node needs below http/ and its store: the whole of a single one, and what a cluster's
/// node does by itself. Owns its parts and starts and ends them in order.
class node_service final : public service {
public:
  node_service(const service_options& options, const clock_source& clock, node_parts parts);
  ~node_service() override;

  std::optional<muster::token_owner> cached_token(std::string_view token) override;
  void find_token(std::string token,
                  std::function<void(result<std::optional<muster::token_owner>>)> found) override;
  void send(command what, reply_handle to) override;
  void report(const poll_report& what) override;
  void ask(query what, reply_handle to) override;
  void apply(change what, reply_handle to) override;
  package_files& packages() override { return *packages_; }
  std::optional<bool> token_valid(const user_id& user, const uuid& session,
                                  timestamp issued) const override;
  void check_token(const user_id& user, const uuid& session, timestamp issued,
                   std::function<void(result<bool> valid)> found) override;
  const std::string& signing_key() const override { return signing_key_; }
  result<std::string> make_administrator() override;
  service_status status() const override;
  refusals& refused() override { return inspector_.refused(); }
  void show_options(std::vector<shown_option> all) override { inspector_.options(std::move(all)); }
  void show_edge(const edge_view& shown) override { inspector_.edge(shown); }
  cluster_status cluster() const override;
  void on_expelled(std::function<void(const std::string& why)>) override {}
  void hand_over() override {}
  void begin_shutdown() override;

  /// Reads who may not use his tokens any more; before anything is served.
  result<void> load();
  /// Ends the timer, then the actors; nothing is submitted or ticks afterwards.
  void end_actors();

  registry& devices() noexcept { return devices_; }
  /// To the reading threads.
  run_blocking reading();

  // What other nodes have changed; all but the first block on the store.

  void forget(const token_digest& token) { lookups_.changed(token); }
  void forget(const std::unordered_set<device_id>& devices) { lookups_.changed(devices); }
  result<void> reread(const profile_id& profile);
  result<void> reread(const tenant_id& tenant);
  result<void> reread(const rule_chain_id& chain);
  /// Of the customer or tenant of that identifier. Does not block.
  void forget_attributes(const uuid& of) {
    rules_.owners().changed({entity_type::customer, of});
    rules_.owners().changed({entity_type::tenant, of});
  }
  /// What is known of profiles may be too old: it is read again when it is asked for next.
  void distrust_rules() { rules_.distrust(); }
  /// Packages were changed, perhaps deleted.
  void clean_packages() { packages_->clean(); }
  result<void> reread_jobs() { return jobs_.refresh(); }

private:
  submit_changes submitting();
  registry::dependencies for_devices();
  jobs::dependencies for_jobs();
  inspector::dependencies for_inspector();
  void keep_crashes();
  void tick();
  /// Queues `work(handle)` for the reader pool; answers overloaded when its queue is full.
  template <class Work>
  void on_reader(reply_handle to, Work work) {
    if (stopping_) {
      return to.answer(error{error_code::shutting_down, {}});
    }
    // Shared, because a std::function must be copyable; unanswered it answers overloaded by itself.
    auto handle = std::make_shared<reply_handle>(std::move(to));
    readers_.run([handle, work = std::move(work)]() mutable { work(std::move(*handle)); });
  }
  void ask_on(query what, reply_handle to);
  /// On a thread that may block and run scripts.
  reply state_of(const get_rule_node& what);

  void send_on(command what, reply_handle to);

  const clock_source& clock_;
  std::string node_id_;
  std::string data_dir_;
  std::optional<cluster_hooks> cluster_;
  std::unique_ptr<persistence::store> rows_;
  std::string signing_key_;
  revocations revoked_;
  flight_recorder events_;
  std::optional<crash_dump> crashes_;
  script_engine scripts_;
  rules_table rules_;
  token_cache tokens_;
  std::atomic<bool> stopping_ = false;

  // In this order, because they end in the reverse one: reads first, of which some wait for a
  // commit; then the committer, which tells the others of its last commits.
  jobs jobs_;
  rollout_counts rollouts_;
  registry devices_;
  inspector inspector_;
  outbox_carrier carrier_;
  commit_news news_;
  token_lookup lookups_;
  directory directory_;
  std::unique_ptr<package_keeper> packages_;
  persistence::committer commits_;
  persistence::reader_pool readers_;
  timestamp next_sweep_ = 0;
  std::unique_ptr<timer> ticking_;
};

} // namespace muster
