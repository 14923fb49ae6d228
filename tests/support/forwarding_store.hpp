#pragma once

#include "persistence/store/store.hpp"

namespace muster::test {

/// Passes everything on to another store; tests override what they want to be otherwise.
class forwarding_store : public persistence::store {
public:
  /// The store outlives this one.
  explicit forwarding_store(persistence::store& inner) : inner_(inner) {}

  std::vector<persistence::write_outcome>
  commit(std::span<const persistence::write> batch) override {
    return inner_.commit(batch);
  }
  result<std::optional<persistence::device_rows>> read_device(const device_id& d) override {
    return inner_.read_device(d);
  }
  result<std::optional<device_info>> read_device_info(const device_id& d) override {
    return inner_.read_device_info(d);
  }
  result<std::optional<persistence::token_owner>> find_token(std::string_view token) override {
    return inner_.find_token(token);
  }
  result<std::optional<device_id>> find_device_by_name(const tenant_id& tenant,
                                                       std::string_view name) override {
    return inner_.find_device_by_name(tenant, name);
  }
  result<page<device_info>> list_devices(const persistence::device_list& which,
                                         const page_link& link) override {
    return inner_.list_devices(which, link);
  }
  result<std::vector<device_position>> next_devices(const persistence::device_group& of,
                                                    const std::optional<device_position>& after,
                                                    std::size_t limit) override {
    return inner_.next_devices(of, after, limit);
  }
  result<std::uint64_t> count_devices(const persistence::device_group& of) override {
    return inner_.count_devices(of);
  }
  result<std::vector<bool>> are_active(std::span<const device_id> devices) override {
    return inner_.are_active(devices);
  }
  result<std::uint64_t> count_devices() override { return inner_.count_devices(); }
  result<void> scan_history(
      const persistence::history_scan& range, timestamp now,
      const std::function<persistence::scan_step(const persistence::append_history&)>& v) override {
    return inner_.scan_history(range, now, v);
  }
  result<std::optional<std::pair<device_id, rpc_record>>> read_rpc(const rpc_id& id) override {
    return inner_.read_rpc(id);
  }
  result<page<rpc_record>> list_rpcs(const device_id& d, const std::optional<rpc_status>& s,
                                     const page_link& link) override {
    return inner_.list_rpcs(d, s, link);
  }
  result<std::optional<alarm>> read_alarm(const alarm_id& id) override {
    return inner_.read_alarm(id);
  }
  result<page<alarm>> list_alarms(const persistence::alarm_list& which,
                                  const page_link& link) override {
    return inner_.list_alarms(which, link);
  }
  result<std::optional<alarm_severity>>
  highest_severity(const persistence::alarm_list& which) override {
    return inner_.highest_severity(which);
  }
  result<page<std::string>> list_alarm_types(const persistence::alarm_list& which,
                                             const page_link& link) override {
    return inner_.list_alarm_types(which, link);
  }
  result<std::optional<alarm_comment>> read_alarm_comment(const alarm_id& of,
                                                          const alarm_comment_id& id) override {
    return inner_.read_alarm_comment(of, id);
  }
  result<page<alarm_comment>> list_alarm_comments(const alarm_id& of,
                                                  const page_link& link) override {
    return inner_.list_alarm_comments(of, link);
  }
  result<std::vector<persistence::due_entry>> read_due(shard_id shard, timestamp until,
                                                       std::size_t limit) override {
    return inner_.read_due(shard, until, limit);
  }
  result<std::optional<user>> read_user(const user_id& id) override { return inner_.read_user(id); }
  result<std::optional<user>> find_user_by_email(std::string_view email) override {
    return inner_.find_user_by_email(email);
  }
  result<std::optional<tenant>> read_tenant(const tenant_id& id) override {
    return inner_.read_tenant(id);
  }
  result<std::optional<customer>> read_customer(const customer_id& id) override {
    return inner_.read_customer(id);
  }
  result<std::optional<device_profile>> read_profile(const profile_id& id) override {
    return inner_.read_profile(id);
  }
  result<std::optional<device_profile>> find_profile_by_name(const tenant_id& tenant,
                                                             std::string_view name) override {
    return inner_.find_profile_by_name(tenant, name);
  }
  result<std::optional<device_profile>> find_default_profile(const tenant_id& tenant) override {
    return inner_.find_default_profile(tenant);
  }
  result<std::optional<device_profile>>
  find_profile_by_provision_key(std::string_view key) override {
    return inner_.find_profile_by_provision_key(key);
  }
  result<std::optional<customer>> find_customer_by_title(const tenant_id& tenant,
                                                         std::string_view title) override {
    return inner_.find_customer_by_title(tenant, title);
  }
  result<std::optional<user>> find_user_by_activation(std::string_view token) override {
    return inner_.find_user_by_activation(token);
  }
  result<std::optional<package_info>> read_package(const package_id& id) override {
    return inner_.read_package(id);
  }
  result<std::optional<rule_chain>> read_rule_chain(const rule_chain_id& id) override {
    return inner_.read_rule_chain(id);
  }
  result<std::optional<rule_chain>> find_root_rule_chain(const tenant_id& tenant) override {
    return inner_.find_root_rule_chain(tenant);
  }
  result<std::vector<relation>> relations_from(const entity_ref& entity) override {
    return inner_.relations_from(entity);
  }
  result<std::vector<relation>> relations_to(const entity_ref& entity) override {
    return inner_.relations_to(entity);
  }
  result<std::optional<relation>> find_relation(const entity_ref& from, const entity_ref& to,
                                                std::string_view type) override {
    return inner_.find_relation(from, to, type);
  }
  result<std::vector<attribute>>
  read_entity_attributes(const entity_ref& entity,
                         const std::optional<std::vector<std::string>>& keys) override {
    return inner_.read_entity_attributes(entity, keys);
  }
  result<bool> is_content_used(const content_digest& content) override {
    return inner_.is_content_used(content);
  }
  result<page<device_profile>> list_profiles(const persistence::profile_list& which,
                                             const page_link& link) override {
    return inner_.list_profiles(which, link);
  }
  result<page<tenant>> list_tenants(const page_link& link) override {
    return inner_.list_tenants(link);
  }
  result<page<customer>> list_customers(const tenant_id& tenant, const page_link& link) override {
    return inner_.list_customers(tenant, link);
  }
  result<page<user>> list_users(const persistence::user_list& which,
                                const page_link& link) override {
    return inner_.list_users(which, link);
  }
  result<page<package_info>> list_packages(const persistence::package_list& which,
                                           const page_link& link) override {
    return inner_.list_packages(which, link);
  }
  result<page<rule_chain>> list_rule_chains(const tenant_id& tenant,
                                            const page_link& link) override {
    return inner_.list_rule_chains(tenant, link);
  }
  result<page<audit_entry>> list_audit(const persistence::audit_list& which,
                                       const page_link& link) override {
    return inner_.list_audit(which, link);
  }
  result<page<rule_event>> list_rule_events(const persistence::rule_event_list& which,
                                            const page_link& link) override {
    return inner_.list_rule_events(which, link);
  }
  result<std::vector<job>> read_jobs() override { return inner_.read_jobs(); }
  result<std::vector<persistence::put_revocation>> read_revocations() override {
    return inner_.read_revocations();
  }
  result<std::optional<std::string>> read_setting(std::string_view name) override {
    return inner_.read_setting(name);
  }
  persistence::store_health health() const override { return inner_.health(); }

protected:
  persistence::store& inner_;
};

} // namespace muster::test
