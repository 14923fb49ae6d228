#pragma once

#include "persistence/directory/entity_lists.hpp"
#include "persistence/memory/memory_store.hpp"
#include "persistence/memory/state.hpp"
#include "persistence/timeseries/expiry.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace muster::persistence::memory {

/// The store for tests in the plainest form: a lock over everything.
class plain_store final : public memory_store {
public:
  plain_store(const clock_source& clock, memory_store_options options)
      : clock_(clock), options_(options) {
    epochs_.fill(first_epoch);
  }

  std::vector<write_outcome> commit(std::span<const write> batch) override {
    const std::lock_guard lock(mutex_);
    std::vector<write_outcome> outcomes(batch.size());
    if (failing_commits_ > 0) {
      --failing_commits_;
      std::ranges::fill(outcomes, write_outcome{write_outcome::kind::failed, refusal()});
      return outcomes;
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      outcomes[i] = carry_out(batch[i]);
    }
    return outcomes;
  }

  result<std::optional<device_rows>> read_device(const device_id& device) override;
  result<std::optional<device_info>> read_device_info(const device_id& device) override {
    return read([&](const state& all) {
      const auto found = all.devices.find(device);
      return found == all.devices.end() ? std::nullopt : found->second.info;
    });
  }
  result<std::optional<token_owner>> find_token(std::string_view token) override {
    return read([&](const state& all) -> std::optional<token_owner> {
      const auto* access = all.find_credentials(token);
      return access == nullptr
                 ? std::nullopt
                 : std::optional(token_owner{access->now.device, access->now.version,
                                             access->tenant, access->profile, access->now.type});
    });
  }
  result<std::optional<device_id>> find_device_by_name(const tenant_id& tenant,
                                                       std::string_view name) override {
    return read([&](const state& all) {
      const auto* info = all.find_device(tenant, name);
      return info == nullptr ? std::nullopt : std::optional(info->id);
    });
  }
  result<page<device_info>> list_devices(const device_list& which, const page_link& link) override;
  result<std::vector<device_position>> next_devices(const device_group& of,
                                                    const std::optional<device_position>& after,
                                                    std::size_t limit) override;
  result<std::uint64_t> count_devices(const device_group& of) override;
  result<std::vector<bool>> are_active(std::span<const device_id> devices) override;
  result<std::uint64_t> count_devices() override {
    return read([](const state& all) {
      return static_cast<std::uint64_t>(std::ranges::count_if(
          all.devices, [](const auto& one) { return one.second.info.has_value(); }));
    });
  }
  result<void> scan_history(const history_scan& range, timestamp now,
                            const std::function<scan_step(const append_history&)>& visit) override;
  result<std::optional<std::pair<device_id, rpc_record>>> read_rpc(const rpc_id& id) override {
    return read([&](const state& all) -> std::optional<std::pair<device_id, rpc_record>> {
      for (const auto& [device, entry] : all.devices) {
        const auto found = entry.rpcs.find(id);
        if (found != entry.rpcs.end() && is_shown(found->second)) {
          return std::pair(device, found->second.record);
        }
      }
      return std::nullopt;
    });
  }
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

  result<std::optional<user>> read_user(const user_id& id) override {
    return find(&state::users, id);
  }
  result<std::optional<tenant>> read_tenant(const tenant_id& id) override {
    return find(&state::tenants, id);
  }
  result<std::optional<customer>> read_customer(const customer_id& id) override {
    return find(&state::customers, id);
  }
  result<std::optional<device_profile>> read_profile(const profile_id& id) override {
    return find(&state::profiles, id);
  }
  result<std::optional<package_info>> read_package(const package_id& id) override {
    return find(&state::packages, id);
  }
  result<std::optional<rule_chain>> read_rule_chain(const rule_chain_id& id) override {
    return find(&state::rule_chains, id);
  }
  result<std::optional<rule_chain>> find_root_rule_chain(const tenant_id& tenant) override {
    return first(&state::rule_chains,
                 [&](const rule_chain& r) { return r.tenant == tenant && r.root; });
  }
  result<std::optional<std::string>> read_setting(std::string_view name) override {
    return find(&state::settings, name);
  }
  result<std::optional<user>> find_user_by_email(std::string_view email) override;
  result<std::optional<user>> find_user_by_activation(std::string_view token) override;
  result<std::optional<customer>> find_customer_by_title(const tenant_id& tenant,
                                                         std::string_view title) override;
  result<std::optional<device_profile>> find_profile_by_name(const tenant_id& tenant,
                                                             std::string_view name) override;
  result<std::optional<device_profile>> find_default_profile(const tenant_id& tenant) override;
  result<std::optional<device_profile>>
  find_profile_by_provision_key(std::string_view key) override;
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
  store_health health() const override {
    const std::lock_guard lock(mutex_);
    return {failing_commits_ > 0 ? "commits were told to fail" : "", 0, 0, 0};
  }

  void fail_commits(std::uint32_t count) override {
    const std::lock_guard lock(mutex_);
    failing_commits_ = count;
  }
  void fail_reads(std::uint32_t count) override {
    const std::lock_guard lock(mutex_);
    failing_reads_ = count;
  }
  void set_epoch(shard_id shard, shard_epoch epoch) override {
    const std::lock_guard lock(mutex_);
    epochs_.at(static_cast<std::size_t>(shard)) = epoch;
  }

private:
  static error refusal() { return {error_code::storage_unavailable, "told to fail"}; }

  write_outcome carry_out(const write& change) {
    const bool fenced = change.device && change.epoch != new_device_epoch;
    if (fenced && epochs_.at(static_cast<std::size_t>(change.shard)) != change.epoch) {
      return {write_outcome::kind::stale_epoch, {}};
    }
    for (const auto& condition : change.preconditions) {
      if (!all_.holds(condition)) {
        return {write_outcome::kind::refused, condition.if_broken};
      }
    }
    all_.apply(change, clock_.now().wall);
    return {};
  }

  /// Calls `look` with everything under the lock.
  template <class Look>
  auto read(Look look) -> result<decltype(look(std::declval<const state&>()))> {
    const std::lock_guard lock(mutex_);
    if (failing_reads_ > 0) {
      --failing_reads_;
      return tl::unexpected(refusal());
    }
    return look(all_);
  }

  template <class Key, class Row, class Compare, class Wanted>
  result<std::optional<Row>> find(std::map<Key, Row, Compare> state::*table, const Wanted& key) {
    return read([&](const state& all) {
      const auto found = (all.*table).find(key);
      return found == (all.*table).end() ? std::nullopt : std::optional<Row>(found->second);
    });
  }

  /// The first row that is wanted.
  template <class Key, class Row, class Compare, class Wanted>
  result<std::optional<Row>> first(std::map<Key, Row, Compare> state::*table, Wanted wanted) {
    return read([&](const state& all) {
      const auto found =
          std::ranges::find_if(all.*table, [&](const auto& row) { return wanted(row.second); });
      return found == (all.*table).end() ? std::nullopt : std::optional<Row>(found->second);
    });
  }

  template <class Key, class Row, class Wanted>
  result<page<Row>> list(std::map<Key, Row> state::*table, const page_link& link, Wanted wanted) {
    if (const auto known = key_of(Row{}, link.sort_property); !known) {
      return tl::unexpected(known.error());
    }
    auto rows = read([&](const state& all) {
      std::vector<Row> found;
      for (const auto& [key, row] : all.*table) {
        if (wanted(row)) {
          found.push_back(row);
        }
      }
      return found;
    });
    return rows ? page_of(std::move(*rows), link) : tl::unexpected(rows.error());
  }

  /// In the order of their keys: all that are wanted have one end in common.
  template <class Wanted>
  result<std::vector<relation>> relations(Wanted wanted) {
    return read([&](const state& all) {
      std::vector<relation> found;
      for (const auto& [key, row] : all.relations) {
        if (wanted(row)) {
          found.push_back(row);
        }
      }
      return found;
    });
  }

  /// Those that are not persistent only moved here with their device.
  bool is_shown(const stored_rpc& rpc) const {
    const bool over =
        !rpc.open && outlived(rpc.ended, options_.rpc_retention_seconds, clock_.now().wall);
    return rpc.record.request.persistent && !over;
  }

  const clock_source& clock_;
  memory_store_options options_;
  mutable std::mutex mutex_;
  state all_;
  std::array<shard_epoch, shard_count> epochs_;
  std::uint32_t failing_commits_ = 0;
  std::uint32_t failing_reads_ = 0;
};

} // namespace muster::persistence::memory
