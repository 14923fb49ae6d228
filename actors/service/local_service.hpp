#pragma once

#include "actors/directory/directory.hpp"
#include "actors/directory/revocations.hpp"
#include "actors/jobs/jobs.hpp"
#include "actors/jobs/rollout_counts.hpp"
#include "actors/registry/registry.hpp"
#include "actors/rules/rules_table.hpp"
#include "actors/service/commit_news.hpp"
#include "actors/service/local_packages.hpp"
#include "actors/service/service.hpp"
#include "actors/service/timer.hpp"
#include "actors/service/token_cache.hpp"
#include "actors/service/token_lookup.hpp"
#include "persistence/committer/committer.hpp"
#include "persistence/reader_pool/reader_pool.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace muster {

/// The service of a single node. Owns every part below http/ and starts and ends them in order.
class local_service final : public service {
public:
  local_service(const service_options& options, const clock_source& clock,
                std::unique_ptr<persistence::store> rows, std::string signing_key,
                std::unique_ptr<persistence::package_folder> packages);
  ~local_service() override;

  std::optional<muster::token_owner> cached_token(std::string_view token) override;
  void find_token(std::string token,
                  std::function<void(result<std::optional<muster::token_owner>>)> found) override;
  void send(command what, reply_handle to) override;
  void report(const poll_report& what) override;
  void ask(query what, reply_handle to) override;
  void apply(change what, reply_handle to) override;
  package_files& packages() override { return packages_; }
  bool token_valid(const user_id& user, const uuid& session, timestamp issued) const override;
  const std::string& signing_key() const override { return signing_key_; }
  result<std::string> make_administrator() override;
  service_status status() const override;
  void begin_shutdown() override;

  /// Reads who may not use his tokens any more; before anything is served.
  result<void> load();

private:
  run_blocking reading();
  submit_changes submitting();
  registry::dependencies for_devices();
  jobs::dependencies for_jobs();
  void tick();
  /// Queues `work(handle)` for the reader pool; answers overloaded when its queue is full.
  template <class Work>
  void on_reader(reply_handle to, Work work);
  void ask_on(query what, reply_handle to);

  const clock_source& clock_;
  std::unique_ptr<persistence::store> rows_;
  std::string signing_key_;
  revocations revoked_;
  rules_table rules_;
  token_cache tokens_;
  std::atomic<bool> stopping_ = false;

  // In this order, because they end in the reverse one: reads first, of which some wait for a
  // commit; then the committer, which tells the others of its last commits.
  jobs jobs_;
  rollout_counts rollouts_;
  registry devices_;
  commit_news news_;
  token_lookup lookups_;
  directory directory_;
  local_packages packages_;
  persistence::committer commits_;
  persistence::reader_pool readers_;
  timestamp next_sweep_ = 0;
  std::unique_ptr<timer> ticking_;
};

} // namespace muster
