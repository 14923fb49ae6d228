#pragma once

#include "persistence/rocksdb/database.hpp"
#include "persistence/store/store.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace muster::persistence::rocks {

// The reads of the contract over one open database. All block on the disk.

result<std::optional<device_rows>> read_device(const database& from, const device_id& device);
result<std::optional<device_info>> read_device_info(const database& from, const device_id& device);

result<page<device_info>> list_devices(const database& from, const device_list& which,
                                       const page_link& link);
result<std::vector<device_position>> next_devices(const database& from, const device_group& of,
                                                  const std::optional<device_position>& after,
                                                  std::size_t limit);
result<std::uint64_t> count_devices(const database& from, const device_group& of);
result<std::vector<bool>> are_active(const database& from, std::span<const device_id> devices);

result<page<device_profile>> list_profiles(const database& from, const profile_list& which,
                                           const page_link& link);
result<page<tenant>> list_tenants(const database& from, const page_link& link);
result<page<customer>> list_customers(const database& from, const tenant_id& tenant,
                                      const page_link& link);
result<page<user>> list_users(const database& from, const user_list& which, const page_link& link);
result<page<package_info>> list_packages(const database& from, const package_list& which,
                                         const page_link& link);
result<page<rule_chain>> list_rule_chains(const database& from, const tenant_id& tenant,
                                          const page_link& link);
struct audit_retention {
  std::int64_t seconds = 0;
  timestamp now = 0;
};
result<page<audit_entry>> list_audit(const database& from, const audit_list& which,
                                     const audit_retention& kept, const page_link& link);
struct event_retention {
  std::int64_t seconds = 0;
  timestamp now = 0;
};
result<page<rule_event>> list_rule_events(const database& from, const rule_event_list& which,
                                          const event_retention& kept, const page_link& link);
result<std::vector<job>> read_jobs(const database& from);

result<std::vector<relation>> relations_from(const database& from, const entity_ref& entity);
result<std::vector<relation>> relations_to(const database& from, const entity_ref& entity);
result<std::optional<relation>> find_relation(const database& from, const entity_ref& one,
                                              const entity_ref& other, std::string_view type);
result<std::vector<attribute>>
read_entity_attributes(const database& from, const entity_ref& entity,
                       const std::optional<std::vector<std::string>>& wanted);

result<void> scan_history(const database& from, const history_scan& range,
                          std::int64_t retention_seconds, timestamp now,
                          const std::function<scan_step(const append_history&)>& visit);

struct rpc_retention {
  std::int64_t seconds = 0;
  timestamp now = 0;
};
result<std::optional<std::pair<device_id, rpc_record>>>
read_rpc(const database& from, const rpc_id& id, const rpc_retention& kept);
/// Holds no more than a page of RPCs and the small keys of those before it, whatever is kept.
result<page<rpc_record>> list_rpcs(const database& from, const device_id& device,
                                   const std::optional<rpc_status>& status, const page_link& link,
                                   const rpc_retention& kept);
result<std::optional<alarm>> read_alarm(const database& from, const alarm_id& id);
result<page<alarm>> list_alarms(const database& from, const alarm_list& which,
                                const page_link& link);
result<std::optional<alarm_severity>> highest_severity(const database& from,
                                                       const alarm_list& which);
result<page<std::string>> list_alarm_types(const database& from, const alarm_list& which,
                                           const page_link& link);
result<std::optional<alarm_comment>> read_alarm_comment(const database& from, const alarm_id& alarm,
                                                        const alarm_comment_id& id);
result<page<alarm_comment>> list_alarm_comments(const database& from, const alarm_id& alarm,
                                                const page_link& link);
result<std::vector<due_entry>> read_due(const database& from, shard_id shard, timestamp until,
                                        std::size_t limit);
result<std::vector<put_revocation>> read_revocations(const database& from, timestamp now);

/// The row of a key, decoded; nullopt: no such row.
template <class Row>
result<std::optional<Row>> read_row(const database& from, family which, std::string_view key,
                                    result<void> (*read)(std::string_view, Row&)) {
  rocksdb::PinnableSlice bytes;
  const auto found = from.get(which, key, bytes);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return std::nullopt;
  }
  Row row{};
  if (auto done = read(bytes.ToStringView(), row); !done) {
    return tl::unexpected(done.error());
  }
  return row;
}

} // namespace muster::persistence::rocks
