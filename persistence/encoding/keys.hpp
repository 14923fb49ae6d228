#pragma once

#include "actors/model/attribute.hpp"
#include "actors/model/package.hpp"
#include "actors/model/relation.hpp"
#include "actors/model/shard.hpp"
#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"
#include "persistence/store/mutation.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::persistence::keys {

// Binary keys whose byte order is the order in which rows are read. README.md has the table.

template <std::size_t N>
using fixed = std::array<char, N>;

template <std::size_t N>
std::string_view view(const fixed<N>& key) noexcept {
  return {key.data(), N};
}

/// Shard and device: what all keys of a device's own rows start with.
inline constexpr std::size_t prefix_size = 17;
using device_prefix = fixed<prefix_size>;
device_prefix of_device(const device_id& device) noexcept;
/// The first key after all of this device; empty: there is none.
std::string after(std::string_view prefix);

/// Rows of the family `devices`. The numbers are written to disk; activation reads those before
/// `rpc_done`, and those between it and `first_unread`.
enum class device_kind : std::uint8_t {
  info = 1,
  credentials = 2,
  counters = 3,
  attributes = 4,
  latest = 5,
  due = 6,
  rpc_open = 7,
  rpc_done = 8,
  outbox = 9,
  alarm_active = 10,
  alarm_cleared = 64,
  alarm_comment = 65,
};
inline constexpr std::uint8_t first_unread = 64;

using device_row = fixed<prefix_size + 1>;
device_row of_device_row(const device_prefix& device, device_kind kind) noexcept;
/// For kinds with more than one row: attributes by scope, due by its kind.
using device_subrow = fixed<prefix_size + 2>;
device_subrow of_device_subrow(const device_prefix& device, device_kind kind,
                               std::uint8_t part) noexcept;
using rpc_key = fixed<prefix_size + 17>;
rpc_key of_rpc(const device_prefix& device, device_kind kind, const rpc_id& id) noexcept;

using outbox_key = fixed<prefix_size + 9>;
outbox_key of_outbox(const device_prefix& device, std::uint64_t number) noexcept;
/// nullopt: no key of an outbox row.
std::optional<std::uint64_t> parse_outbox(std::string_view key) noexcept;
using alarm_key = fixed<prefix_size + 17>;
alarm_key of_alarm(const device_prefix& device, device_kind kind, const alarm_id& id) noexcept;
/// Comments lie by their alarm and identifier.
using alarm_comment_key = fixed<prefix_size + 33>;
alarm_comment_key of_alarm_comment(const device_prefix& device, const alarm_id& alarm,
                                   const alarm_comment_id& id) noexcept;
/// The kind of a device's row; 0: no such row.
std::uint8_t kind_of_row(std::string_view key) noexcept;

/// Family `timeseries`: newest first.
using history_key = fixed<prefix_size + 16>;
history_key of_history(const device_prefix& device, timestamp ts, std::uint64_t arrival) noexcept;
struct history_place {
  timestamp ts = 0;
  std::uint64_t arrival = 0;
};
/// nullopt: no key of a history row.
std::optional<history_place> parse_history(std::string_view key) noexcept;

/// Family `due`: oldest first.
using due_key = fixed<26>;
due_key of_due(shard_id shard, timestamp at, const device_id& device, due_kind kind) noexcept;
struct due_place {
  timestamp at = 0;
  device_id device;
  due_kind kind = due_kind::rpc;
};
std::optional<due_place> parse_due(std::string_view key) noexcept;

/// Rows of the family `directory`. The numbers are written to disk.
enum class directory_kind : std::uint8_t {
  format = 0,
  tenant = 1,
  customer = 2,
  profile = 3,
  user = 4,
  setting = 5,
  revocation = 6,
  /// First 16 bytes of the SHA-256 of a credentials id → device.
  token = 7,
  /// Lower-case address → user.
  email = 8,
  profile_name = 9,
  default_profile = 10,
  /// tenant, exact name → device.
  device_name = 11,
  /// rpc id → device.
  rpc = 12,
  /// owner, lower-case name, device: lists by name and with filters.
  listed_by_name = 13,
  /// owner, creation time, device: lists by time.
  listed_by_time = 14,
  /// owner → how many devices.
  count = 15,
  package = 16,
  /// tenant, title and release → package.
  package_name = 17,
  /// key → profile.
  provision_key = 18,
  tenant_title = 19,
  /// tenant, title → customer.
  customer_title = 20,
  /// activation token → user.
  activation = 21,
  /// tenant (zero: of the system administrator), ~time, id.
  audit = 22,
  job = 23,
  /// package, profile or rule chain → how often it is referred to.
  references = 24,
  /// SHA-256 of a package's bytes → how many packages have them.
  content = 25,
  rule_chain = 26,
  /// tenant → its root chain.
  root_rule_chain = 27,
  /// one end, other end, type → the relation from the one to the other.
  relation = 28,
  /// The same from the other end: to the one from the other.
  relation_to = 29,
  /// customer or tenant, key → its server attribute.
  entity_attribute = 30,
  /// rule node, ~time, id.
  rule_event = 31,
  /// alarm id → device and version.
  alarm = 32,
  /// owner, creation time, alarm → the alarm without details.
  alarm_listed = 33,
};

std::string of_directory(directory_kind kind);
std::string of_directory(directory_kind kind, const uuid& id);
std::string of_directory(directory_kind kind, std::string_view text);
std::string of_directory(directory_kind kind, const uuid& id, std::string_view text);
std::string of_token(std::string_view credentials_id);

std::string of_package_name(const tenant_id& tenant, std::string_view title,
                            std::string_view release);
std::string of_audit(const uuid& tenant, timestamp created, const uuid& id);
/// Without the id: what is before all entries of that time.
std::string of_audit_time(const uuid& tenant, timestamp created);

std::string of_rule_event(const rule_node_id& node, timestamp created, const uuid& id);
std::string of_rule_event_time(const rule_node_id& node, timestamp created);
/// nullopt: no key of an event.
std::optional<timestamp> parse_rule_event_time(std::string_view key) noexcept;

/// nullopt: no key of an audit entry.
std::optional<timestamp> parse_audit_time(std::string_view key) noexcept;

/// What all rows of an entity in an index start with.
std::string of_entity(directory_kind kind, const entity_ref& entity);
std::string of_relation(directory_kind kind, const entity_ref& one, const entity_ref& other,
                        std::string_view type);
/// The same relation's key in the index of the other direction.
std::string other_direction(std::string_view relation_key);
std::string of_entity_attribute(const entity_ref& entity, std::string_view key);

/// Whose devices a list shows: a tenant's, or those of one of its customers or profiles (`part`).
/// The default one stands for the whole installation.
struct owner {
  uuid tenant;
  uuid part;
};
/// The tenant's devices with calculated fields of their own, as if somebody owned them.
owner with_fields(const tenant_id& tenant) noexcept;
/// How many devices and profiles are assigned to a package, packages are for a profile, or profiles
/// name a rule chain.
std::string of_references(const uuid& id);
/// How many packages have the content.
std::string of_content(const content_digest& content);
std::string of_owner(directory_kind kind, const owner& whose);
std::string of_listed_by_name(const owner& whose, std::string_view lower_name,
                              const device_id& device);
std::string of_listed_by_time(const owner& whose, timestamp created, const device_id& device);
/// Whose list an alarm is in: all of the tenant, or in `part` a customer, the originator or an
/// entity that it is shown at.
std::string of_alarm_listed(const owner& whose, timestamp created, const alarm_id& alarm);
/// Without the alarm: what is before all of that time.
std::string of_alarm_time(const owner& whose, timestamp created);
/// The time in a key by time; nullopt: no such key.
std::optional<timestamp> parse_listed_time(std::string_view key) noexcept;
struct listed_name {
  std::string lower_name;
  device_id device;
};
std::optional<listed_name> parse_listed_by_name(std::string_view key);
/// The device at the end of a key.
std::optional<device_id> parse_last_id(std::string_view key) noexcept;

} // namespace muster::persistence::keys
