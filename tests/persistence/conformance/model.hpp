#pragma once

#include "persistence/store/store.hpp"

#include <array>
#include <map>
#include <set>

namespace muster::test {

/// One RPC as the model knows it.
struct model_rpc {
  rpc_record record;
  bool open = true;
  timestamp ended = 0;
};

inline constexpr std::array present_due_kinds{
    persistence::due_kind::rpc, persistence::due_kind::inactivity, persistence::due_kind::outbox,
    persistence::due_kind::alarm_rules};

std::optional<timestamp>& due_of(persistence::device_rows& of, persistence::due_kind kind);
const std::optional<timestamp>& due_of(const persistence::device_rows& of,
                                       persistence::due_kind kind);

struct model_device {
  persistence::device_rows rows;
  tenant_id token_tenant;
  profile_id token_profile;
  std::map<std::pair<timestamp, std::uint64_t>, persistence::append_history> history;
  std::map<alarm_id, alarm> alarms;
  std::map<alarm_comment_id, alarm_comment> alarm_comments;
  std::map<rpc_id, model_rpc> rpcs;
  std::map<std::uint64_t, std::string> outbox;
};

std::optional<timestamp>& due_of(persistence::device_rows& of, persistence::due_kind kind);
const std::optional<timestamp>& due_of(const persistence::device_rows& of,
                                       persistence::due_kind kind);

/// What a store must answer, said in the plainest way: everything in maps, every question answered
/// by looking at all of it. Rows of a device are written after its put_device, but for its outbox.
class model {
public:
  static constexpr std::int64_t retention_seconds = 3'600;
  static constexpr std::int64_t rpc_retention_seconds = 600;
  static constexpr std::int64_t audit_retention_seconds = 900;
  static constexpr std::int64_t rule_event_retention_seconds = 800;

  std::map<device_id, model_device> devices;
  /// Outboxes and their deadlines under identifiers that are no devices.
  std::map<device_id, model_device> left;
  std::map<user_id, user> users;
  std::map<tenant_id, tenant> tenants;
  std::map<customer_id, customer> customers;
  std::map<profile_id, device_profile> profiles;
  std::map<tenant_id, profile_id> default_profiles;
  std::map<package_id, package_info> packages;
  std::map<rule_chain_id, rule_chain> rule_chains;
  std::vector<relation> relations;
  std::vector<std::pair<entity_ref, attribute>> entity_attributes;
  std::map<uuid, audit_entry> audit;
  std::map<uuid, rule_event> rule_events;
  std::map<uuid, job> jobs;
  std::map<uuid, persistence::put_revocation> revocations;
  std::map<std::string, std::string> settings;

  persistence::write_outcome apply(const persistence::write& change, timestamp now);

  std::optional<persistence::device_rows> rows(const device_id& device) const;
  std::vector<device_info> list(const persistence::device_list& which, const page_link& link) const;
  std::vector<device_position> positions(const persistence::device_group& of) const;
  std::vector<persistence::append_history> history(const persistence::history_scan& range,
                                                   timestamp now) const;
  std::vector<rpc_record> rpcs(const device_id& device, const std::optional<rpc_status>& status,
                               timestamp now) const;
  /// In the order of their ids.
  std::vector<alarm> alarms() const;
  std::vector<alarm_comment> comments_of(const alarm_id& alarm) const;
  std::vector<persistence::due_entry> due(shard_id shard, timestamp until) const;

  bool name_taken(const tenant_id& tenant, const std::string& name) const;
  bool token_taken(const std::string& token) const;
  bool email_taken(const std::string& lower_email) const;
  bool profile_taken(const tenant_id& tenant, const std::string& name) const;

  /// The one row that is wanted, if there is one.
  template <class Key, class Row, class Wanted>
  static std::optional<Row> only(const std::map<Key, Row>& table, Wanted wanted) {
    for (const auto& [key, row] : table) {
      if (wanted(row)) {
        return row;
      }
    }
    return std::nullopt;
  }
  std::optional<customer> titled(const tenant_id& tenant, const std::string& title) const;
  std::optional<user> activating(const std::string& token) const;
  std::optional<device_profile> provisioning(const std::string& key) const;
  std::optional<package_info> named(const tenant_id& tenant, const std::string& title,
                                    const std::string& release) const;
  std::optional<rule_chain> root_chain(const tenant_id& tenant) const;
  bool is_used(const rule_chain_id& chain) const;
  bool is_used(const profile_id& profile) const;
  bool is_used(const package_id& package) const;

private:
  bool holds(const persistence::precondition& condition) const;
  void put(const device_profile& profile);
  void erase(const device_profile& profile);
  /// Relations and attributes of an entity.
  void forget(const entity_ref& gone);
  void erase(const persistence::erase_relation& gone);
  void erase(const persistence::erase_entity_attribute& gone);
  void change(const device_id& device, const persistence::mutation& what, timestamp now);
};

/// Names in the tests use these letters only: "A", "B" and "É" have lower-case forms.
std::string lower(std::string text);

} // namespace muster::test
