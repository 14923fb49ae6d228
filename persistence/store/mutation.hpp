#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/attribute.hpp"
#include "actors/model/audit.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/job.hpp"
#include "actors/model/package.hpp"
#include "actors/model/relation.hpp"
#include "actors/model/rpc.hpp"
#include "actors/model/rule_chain.hpp"
#include "actors/model/rule_event.hpp"
#include "actors/model/shard.hpp"
#include "actors/model/telemetry.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace muster::persistence {

// What a commit can change, in domain rows: the store's contract knows nothing of RocksDB or SQL.
// Device rows belong to the submission's device.

/// An attribute of a group with the number of the change that made it (shared scope; 0 elsewhere).
struct attribute_row {
  std::string key;
  timestamp last_update = 0;
  std::uint64_t change = 0;
  /// Absent: deleted; kept until the device's cursor has passed `change`.
  std::optional<value> val;

  friend bool operator==(const attribute_row&, const attribute_row&) = default;
};

/// The whole group of one scope, replacing the old one.
struct put_attributes {
  attribute_scope scope = attribute_scope::client;
  std::vector<attribute_row> rows;
};

/// When the device last spoke and what the server made of it. Written along with the latest values.
struct activity {
  bool active = false;
  /// 0: never.
  timestamp last_activity = 0;
  timestamp inactivity_alarm = 0;

  friend bool operator==(const activity&, const activity&) = default;
};

/// Snapshot of all latest values, replacing the old one. The history rows after it are its journal:
/// those with ts >= newest_ts and a number above `arrival`.
struct put_latest {
  std::vector<latest_value> values;
  /// Newest ts that was in the device's history when this was written: an older row is late and is
  /// written together with a new snapshot.
  timestamp newest_ts = 0;
  /// Number of the newest history row this snapshot covers.
  std::uint64_t arrival = 0;
  activity seen;
  /// Newest time the server gave to a row that the snapshot covers; no older one is given
  /// afterwards.
  timestamp newest_given = 0;

  friend bool operator==(const put_latest&, const put_latest&) = default;
};

/// A device's standing permission to be claimed (reference, section 7).
struct claim_offer {
  std::string secret;
  /// Wall time.
  timestamp expires = 0;

  friend bool operator==(const claim_offer&, const claim_offer&) = default;
};

/// Numbers that must never be used twice, the cursor of attribute polls, the claim offer, and how
/// far alarm rules are.
struct put_counters {
  /// RPC numbers up to this one may have been used.
  rpc_number rpc_reserved = 0;
  /// Newest change number of the shared scope.
  std::uint64_t shared_change = 0;
  /// Changes up to this one were written to the device; absent: it never polled.
  std::optional<std::uint64_t> cursor;
  std::optional<claim_offer> offer = std::nullopt;
  /// Of alarm rules that are under way, as their room writes it; empty: none is.
  std::string progress = {};

  friend bool operator==(const put_counters&, const put_counters&) = default;
};

/// One message: its values at one time. Rows of equal ts and key: the higher arrival wins. A row
/// that is over may be dropped at once, latest values included while no snapshot covers it: a
/// message that is to live shorter than a snapshot takes to be written brings its put_latest along.
struct append_history {
  timestamp ts = 0;
  /// Grows by one per message of the device.
  std::uint64_t arrival = 0;
  std::vector<key_value> values;
  /// Wall time after which the row is no more; 0: never.
  timestamp expires = 0;
  /// The device sent no time and the server gave `ts`: stored with the row, since the replay of the
  /// journal learns from it when the device spoke and the newest time that was given.
  bool server_time = false;

  friend bool operator==(const append_history&, const append_history&) = default;
};

/// Replaces the values of the history row (ts, arrival) that exists; none: removes it.
struct rewrite_history {
  timestamp ts = 0;
  std::uint64_t arrival = 0;
  std::vector<key_value> values;
  timestamp expires = 0;
};

/// A persistent RPC. Open ones are read at activation; done ones are kept `rpc.retention`.
struct put_rpc {
  rpc_record record;
  bool open = true;
};

struct erase_rpc {
  rpc_id id;
};

/// Something a device still has to do outside its own rows; what it is only its writer can read.
struct outbox_row {
  /// Grows from one to the next and is never used again.
  std::uint64_t number = 0;
  /// Any bytes.
  std::string content;

  friend bool operator==(const outbox_row&, const outbox_row&) = default;
};

/// Puts the row of that number or replaces it.
struct put_outbox {
  outbox_row row;
};

struct erase_outbox {
  std::uint64_t number = 0;
};

/// What a device must be woken for. The numbers are written to disk.
enum class due_kind : std::uint8_t { rpc = 0, inactivity = 1, outbox = 2, alarm_rules = 3 };
inline constexpr std::size_t due_kinds = 4;

/// A durable deadline on the wall clock; a device has at most one of each kind, the new one
/// replaces the old.
struct put_due {
  due_kind kind = due_kind::rpc;
  timestamp at = 0;
  /// The one it replaces, if any: the device's actor knows it, so that the store need not look.
  std::optional<timestamp> replaces;
};

struct erase_due {
  due_kind kind = due_kind::rpc;
  timestamp at = 0;
};

/// An alarm of the device. Those that are not cleared are read at activation.
struct put_alarm {
  /// As it is stored at the write: index entries are found by it. Absent: it is new.
  std::optional<alarm> old;
  alarm now;
};

/// With its comments.
struct erase_alarm {
  alarm old;
};

/// Of an alarm of the device.
struct put_alarm_comment {
  alarm_comment now;
};

/// Creates or changes the device's info and every index over it (name, creation time, customer,
/// profile, counts). `old` is what the change was made from.
struct put_device {
  /// As it is stored at the write, earlier submissions included: index entries are found by it.
  std::optional<device_info> old;
  device_info now;
};

/// Creates or changes the credentials and the index of tokens. Tenant and profile are the device's:
/// what the edge must know of a token's owner.
struct put_credentials {
  std::optional<credentials> old;
  credentials now;
  tenant_id tenant = {};
  profile_id profile = {};
};

/// Removes every row of the device, history, relations and index entries included.
struct erase_device {
  device_info info;
  credentials access;
  /// The device's pending deadlines.
  std::vector<erase_due> dues;
};

/// For entities of the directory `old` absent means create.
struct put_user {
  std::optional<user> old;
  user now;
};
struct put_tenant {
  std::optional<tenant> old;
  tenant now;
};
struct put_customer {
  std::optional<customer> old;
  customer now;
};
struct put_profile {
  std::optional<device_profile> old;
  device_profile now;
};
struct put_package {
  std::optional<package_info> old;
  package_info now;
};
/// With its whole graph.
struct put_rule_chain {
  std::optional<rule_chain> old;
  rule_chain now;
};

// Erasing takes the row as it is stored, for its index entries. Relations and attributes of tenants
// and customers go with them.

struct erase_user {
  user old;
};
struct erase_tenant {
  tenant old;
};
struct erase_customer {
  customer old;
};
struct erase_profile {
  device_profile old;
};
struct erase_package {
  package_info old;
};
struct erase_rule_chain {
  rule_chain old;
};

/// Replaces the one of the same ends and type. Rests on both ends (device_is, customer_is,
/// tenant_is): what is written for an end that is gone stays for ever.
struct put_relation {
  relation now;
};
struct erase_relation {
  entity_ref from;
  entity_ref to;
  std::string type;
};

/// An attribute of the server scope of a customer or tenant, on which it rests; a device's are in
/// put_attributes.
struct put_entity_attribute {
  entity_ref entity;
  attribute now;
};
struct erase_entity_attribute {
  entity_ref entity;
  std::string key;
};

/// Kept `audit.retention`.
struct put_audit {
  audit_entry entry;
};

/// Always a new one. Kept `rules.event_retention`.
struct put_rule_event {
  rule_event event;
};
/// Of the node, start <= created < end.
struct erase_rule_events {
  rule_node_id node;
  timestamp start = 0;
  timestamp end = 0;
};

struct put_job {
  job now;
};
struct erase_job {
  uuid id;
};

/// Tokens of `subject` (a user or a session) that were issued before `valid_from` are refused.
struct put_revocation {
  uuid subject;
  timestamp valid_from = 0;
  /// When no token can be affected any more and the row may go.
  timestamp expires = 0;

  friend bool operator==(const put_revocation&, const put_revocation&) = default;
};

/// A named secret or setting of the installation (the signing key of tokens).
struct put_setting {
  std::string name;
  std::string bytes;
};

/// Copied, moved and ended in one place (mutation.cpp), since each file that did it by itself would
/// take a second more to compile.
struct mutation
    : std::variant<put_attributes, put_latest, put_counters, append_history, rewrite_history,
                   put_rpc, erase_rpc, put_due, erase_due, put_device, put_credentials,
                   erase_device, put_user, put_tenant, put_customer, put_profile, put_revocation,
                   put_setting, put_package, erase_user, erase_tenant, erase_customer,
                   erase_profile, erase_package, put_audit, put_job, erase_job, put_rule_chain,
                   erase_rule_chain, put_relation, erase_relation, put_entity_attribute,
                   erase_entity_attribute, put_rule_event, erase_rule_events, put_outbox,
                   erase_outbox, put_alarm, erase_alarm, put_alarm_comment> {
  using variant::variant;
  using variant::operator=;

  mutation();
  mutation(const mutation&);
  mutation(mutation&&) noexcept;
  mutation& operator=(const mutation&);
  mutation& operator=(mutation&&) noexcept;
  ~mutation();
};

} // namespace muster::persistence
