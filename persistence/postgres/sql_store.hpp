#pragma once

#include "persistence/postgres/commit_session.hpp"
#include "persistence/postgres/housekeeping.hpp"
#include "persistence/postgres/postgres_store.hpp"
#include "persistence/postgres/server_watch.hpp"
#include "persistence/postgres/session_pool.hpp"
#include "persistence/postgres/shard_book.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace muster::persistence::postgres {

/// The contract over one database. A thread of its own looks after sessions and what has expired.
class sql_store final : public postgres_store {
public:
  sql_store(const postgres_options& options, const clock_source& clock);
  ~sql_store() override;

  void own(shard_id shard, shard_epoch epoch, std::uint64_t sequence) override {
    book_.own({shard, epoch, sequence});
  }
  void disown(shard_id shard) override { book_.disown(shard); }
  void use_server(const std::string& server) override { watch_.name(server); }
  std::vector<result<std::optional<device_rows>>>
  read_devices(std::span<const device_id> devices) override;
  std::vector<result<std::optional<token_owner>>>
  find_tokens(std::span<const std::string> tokens) override;
  result<std::vector<put_revocation>> find_revocations(std::span<const uuid> subjects) override;
  result<change_notes> read_changes(std::uint64_t since) override;
  void tend() override;

  std::vector<write_outcome> commit(std::span<const write> batch) override {
    return commits_.commit(batch);
  }

  result<std::optional<device_rows>> read_device(const device_id& device) override;
  result<std::optional<device_rows>> view_device(const device_id& device) override;
  result<std::optional<device_info>> read_device_info(const device_id& device) override;
  result<std::optional<token_owner>> find_token(std::string_view token) override;
  result<std::optional<device_id>> find_device_by_name(const tenant_id& tenant,
                                                       std::string_view name) override;
  result<page<device_info>> list_devices(const device_list& which, const page_link& link) override;
  result<std::vector<device_position>> next_devices(const device_group& of,
                                                    const std::optional<device_position>& after,
                                                    std::size_t limit) override;
  result<std::uint64_t> count_devices(const device_group& of) override;
  result<std::vector<bool>> are_active(std::span<const device_id> devices) override;
  result<std::uint64_t> count_devices() override;
  result<void> scan_history(const history_scan& range, timestamp now,
                            const std::function<scan_step(const append_history&)>& visit) override;
  result<std::optional<std::pair<device_id, rpc_record>>> read_rpc(const rpc_id& id) override;
  result<page<rpc_record>> list_rpcs(const device_id& device,
                                     const std::optional<rpc_status>& status,
                                     const page_link& link) override;
  result<std::optional<alarm>> read_alarm(const alarm_id& id) override;
  result<page<alarm>> list_alarms(const alarm_list& which, const page_link& link) override;
  result<std::optional<alarm_severity>> highest_severity(const alarm_list& which) override;
  result<page<std::string>> list_alarm_types(const alarm_list& which,
                                             const page_link& link) override;
  result<std::optional<alarm_comment>> read_alarm_comment(const alarm_id& alarm,
                                                          const alarm_comment_id& id) override;
  result<page<alarm_comment>> list_alarm_comments(const alarm_id& alarm,
                                                  const page_link& link) override;
  result<std::vector<due_entry>> read_due(shard_id shard, timestamp until,
                                          std::size_t limit) override;
  result<std::optional<user>> read_user(const user_id& id) override;
  result<std::optional<user>> find_user_by_email(std::string_view email) override;
  result<std::optional<tenant>> read_tenant(const tenant_id& id) override;
  result<std::optional<customer>> read_customer(const customer_id& id) override;
  result<std::optional<device_profile>> read_profile(const profile_id& id) override;
  result<std::optional<device_profile>> find_profile_by_name(const tenant_id& tenant,
                                                             std::string_view name) override;
  result<std::optional<device_profile>> find_default_profile(const tenant_id& tenant) override;
  result<std::optional<device_profile>>
  find_profile_by_provision_key(std::string_view key) override;
  result<std::optional<customer>> find_customer_by_title(const tenant_id& tenant,
                                                         std::string_view title) override;
  result<std::optional<user>> find_user_by_activation(std::string_view token) override;
  result<std::optional<package_info>> read_package(const package_id& id) override;
  result<std::optional<rule_chain>> read_rule_chain(const rule_chain_id& id) override;
  result<std::optional<rule_chain>> find_root_rule_chain(const tenant_id& tenant) override;
  result<std::vector<relation>> relations_from(const entity_ref& entity) override;
  result<std::vector<relation>> relations_to(const entity_ref& entity) override;
  result<std::optional<relation>> find_relation(const entity_ref& from, const entity_ref& to,
                                                std::string_view type) override;
  result<std::vector<attribute>>
  read_entity_attributes(const entity_ref& entity,
                         const std::optional<std::vector<std::string>>& keys) override;
  result<bool> is_content_used(const content_digest& content) override;
  result<page<device_profile>> list_profiles(const profile_list& which,
                                             const page_link& link) override;
  result<page<tenant>> list_tenants(const page_link& link) override;
  result<page<customer>> list_customers(const tenant_id& tenant, const page_link& link) override;
  result<page<user>> list_users(const user_list& which, const page_link& link) override;
  result<page<package_info>> list_packages(const package_list& which,
                                           const page_link& link) override;
  result<page<rule_chain>> list_rule_chains(const tenant_id& tenant,
                                            const page_link& link) override;
  result<page<audit_entry>> list_audit(const audit_list& which, const page_link& link) override;
  result<page<rule_event>> list_rule_events(const rule_event_list& which,
                                            const page_link& link) override;
  result<std::vector<job>> read_jobs() override;
  result<std::vector<put_revocation>> read_revocations() override;
  result<std::optional<std::string>> read_setting(std::string_view name) override;
  store_health health() const override;

private:
  void keep();
  /// Has the keeper look after the sessions at once.
  void hurry();
  void tend_sessions();
  template <class Row>
  result<std::optional<Row>> find(const char* condition, const parameters& given);
  template <class Row, class Wanted>
  result<page<Row>> list(const char* condition, const parameters& given, const page_link& link,
                         Wanted wanted);

  result<std::vector<rule_chain>> rule_chains(const char* condition, const parameters& given);

  const postgres_options options_;
  const clock_source& clock_;
  server_watch watch_;
  shard_book book_;
  commit_session commits_;
  session_pool reads_;
  housekeeping housekeeping_;

  std::mutex mutex_;
  std::condition_variable wanted_;
  bool hurried_ = false;
  bool ending_ = false;
  std::thread keeper_;
};

} // namespace muster::persistence::postgres
