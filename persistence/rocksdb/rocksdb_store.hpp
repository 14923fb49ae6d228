#pragma once

#include "persistence/rocksdb/hooks.hpp"
#include "persistence/rocksdb/open.hpp"
#include "persistence/rocksdb/slot.hpp"
#include "persistence/store/store.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace muster::persistence::rocks {

/// The embedded store: the contract over one RocksDB database. A thread of its own looks after it
/// once a second.
class rocksdb_store final : public store {
public:
  static result<std::unique_ptr<rocksdb_store>>
  open(const rocksdb_options& options, const rocksdb_hooks& hooks, const clock_source& clock);
  ~rocksdb_store() override;

  /// What the keeper's thread does once a second; for tests that have none.
  void tend() { slot_->tend(); }

  std::vector<write_outcome> commit(std::span<const write> batch) override;

  result<std::optional<device_rows>> read_device(const device_id& device) override;
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
  result<void> write_backup(const std::string& folder) override;
  store_health health() const override { return slot_->health(); }

private:
  rocksdb_store(std::unique_ptr<slot> where, const rocksdb_options& options,
                const rocksdb_hooks& hooks, const clock_source& clock);

  void keep();
  /// Judges the writes and appends what is to be written to `rows`.
  result<std::vector<write_outcome>> build(const database& from, std::span<const write> batch,
                                           rocksdb::WriteBatch& rows) const;

  std::unique_ptr<slot> slot_;
  const std::int64_t retention_seconds_;
  const std::int64_t rpc_retention_seconds_;
  const std::int64_t audit_retention_seconds_;
  const std::int64_t rule_event_retention_seconds_;
  const bool sync_;
  const clock_source& clock_;

  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;
  std::thread keeper_;
};

} // namespace muster::persistence::rocks
