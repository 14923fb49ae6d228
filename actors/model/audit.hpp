#pragma once

#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace muster {

/// Kinds of entities as the wire names them. The numbers are written to disk.
enum class entity_type : std::uint8_t {
  device = 0,
  device_profile = 1,
  tenant = 2,
  customer = 3,
  user = 4,
  package = 5,
  rpc = 6,
  rule_chain = 7,
  alarm = 8,
  rule_node = 9
};
/// How many kinds there are.
inline constexpr std::uint8_t entity_types = 10;

/// What an administrative change did. The numbers are written to disk.
enum class audit_action : std::uint8_t {
  added = 0,
  updated = 1,
  deleted = 2,
  credentials_updated = 3,
  assigned_to_customer = 4,
  unassigned_from_customer = 5,
  attributes_updated = 6,
  attributes_deleted = 7,
  timeseries_updated = 8,
  timeseries_deleted = 9,
  rpc_call = 10,
  login = 11,
  logout = 12,
  activated = 13,
  provisioned = 14,
  relation_saved = 15,
  relation_deleted = 16,
  relations_deleted = 17,
  alarm_acknowledged = 18,
  alarm_cleared = 19,
  alarm_assigned = 20,
  alarm_unassigned = 21,
  alarm_deleted = 22,
  comment_added = 23,
  comment_updated = 24,
  comment_deleted = 25
};
/// How many there are.
inline constexpr std::uint8_t audit_actions = 26;

/// One administrative change: who, what, when, from where. Written in the same commit as the
/// change.
struct audit_entry {
  /// Made by ordered_uuid: entries of one time have the order of their changes.
  uuid id;
  timestamp created = 0;
  /// Absent: of the system administrator.
  std::optional<tenant_id> tenant;
  std::optional<customer_id> customer;
  entity_type kind = entity_type::device;
  uuid entity;
  std::string entity_name;
  /// Absent: the device itself (provisioning).
  std::optional<user_id> user;
  std::string user_name;
  /// Address of the client.
  std::string address;
  audit_action action = audit_action::updated;
  /// What the change was given; never a secret.
  json_text data{"null"};

  friend bool operator==(const audit_entry&, const audit_entry&) = default;
};

} // namespace muster
