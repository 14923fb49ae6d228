#pragma once

#include "actors/model/time.hpp"
#include "persistence/memory/memory_store.hpp"
#include "persistence/store/mutation.hpp"
#include "persistence/store/precondition.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace muster::persistence::memory {

struct stored_rpc {
  rpc_record record;
  bool open = true;
  timestamp ended = 0;
};

/// Order of history rows: ts, then arrival.
using history_key = std::pair<timestamp, std::uint64_t>;

/// From, to and type.
using relation_key = std::tuple<entity_ref, entity_ref, std::string>;

struct device_entry {
  /// Absent: rows of a device that was never created or has been erased.
  std::optional<device_info> info;
  /// As they were put last.
  put_credentials access;
  put_counters counters;
  std::array<std::vector<attribute_row>, 3> attributes;
  put_latest latest;
  std::map<history_key, append_history> history;
  std::map<rpc_id, stored_rpc> rpcs;
  std::map<std::uint64_t, std::string> outbox;
  std::array<std::optional<timestamp>, due_kinds> dues;
  std::map<alarm_id, alarm> alarms;
  std::map<alarm_comment_id, alarm_comment> alarm_comments;
};

/// Everything the store keeps, in the plainest containers; queries walk all of it.
struct state {
  std::map<device_id, device_entry> devices;
  std::map<user_id, user> users;
  std::map<tenant_id, tenant> tenants;
  std::map<customer_id, customer> customers;
  std::map<profile_id, device_profile> profiles;
  std::map<tenant_id, profile_id> default_profiles;
  std::map<package_id, package_info> packages;
  std::map<rule_chain_id, rule_chain> rule_chains;
  std::map<relation_key, relation> relations;
  std::map<std::pair<entity_ref, std::string>, attribute> entity_attributes;
  std::map<uuid, audit_entry> audit;
  std::map<uuid, rule_event> rule_events;
  std::map<uuid, job> jobs;
  std::map<uuid, put_revocation> revocations;
  std::map<std::string, std::string, std::less<>> settings;

  bool holds(const precondition& condition) const;
  void apply(const write& change, timestamp now);

  const device_info* find_device(const tenant_id& tenant, std::string_view name) const;
  const put_credentials* find_credentials(std::string_view credentials_id) const;
  const alarm* find_alarm(const alarm_id& id) const;
  const user* find_user(std::string_view email) const;
  const device_profile* find_profile(const tenant_id& tenant, std::string_view name) const;
};

} // namespace muster::persistence::memory
