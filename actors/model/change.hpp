#pragma once

#include "actors/model/command.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/package.hpp"
#include "actors/model/relation.hpp"
#include "actors/model/rule_chain.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace muster {

// Changes of the directory that no existing device's actor owns. Each names its reply; every one
// may also be answered by an `error`. Answered once durable.

/// Reply: device_info. Names must be unique in the tenant, tokens over the installation
/// (already_exists, with the reference's message). Profile: the one given by id; else the one named
/// `type`, created when it does not exist; else the tenant's default. A profile that was changed
/// this very moment is version_conflict: the change is to be sent again then.
struct make_device {
  caller who;
  /// id, created, tenant, version are ignored and given by the server.
  device_info info;
  std::optional<profile_id> profile;
  /// Absent: a random one of 20 letters and digits.
  std::optional<std::string> access_token;
  /// Credentials of any type, instead of `access_token`; id, created, device, version are ignored.
  std::optional<credentials> access;
};

/// Reply: device_profile. The one a changed device gets: by id, else named `type` (created when it
/// does not exist), else (empty) the tenant's default. An id that does not exist or is foreign:
/// not_found.
struct resolve_profile {
  caller who;
  std::optional<profile_id> profile;
  std::string type;
};

/// Changes a device. Profile and type are resolved as by resolve_profile, packages are checked
/// (exist, of the tenant and the profile, of the type, with content or a URL), then the device's
/// actor changes all in one step, the shared attributes of a new package included. Replies and
/// refusals of update_device, besides: invalid for a package that cannot be given.
struct change_device {
  caller who;
  device_id device;
  update_device update;
  /// The profile by id; absent: the one named `update.info.type`, or with an empty type the
  /// tenant's default.
  std::optional<profile_id> profile;
};

/// Reply: user. The new hash ends all tokens of the user that were issued before.
struct change_password {
  user_id user;
  std::string new_hash;
  std::uint64_t expected_version = 0;
  /// The client's address, for the audit log.
  std::string address = {};
};

/// Reply: done. Tokens of the session are refused from then on.
struct end_session {
  uuid session;
  /// When the last token of the session expires, after which nothing need be remembered.
  timestamp expires = 0;
  /// Who logs out, for the audit log.
  caller who = {};
};

/// Somebody has shown his password. Reply: done, once the audit log tells of it.
struct note_login {
  caller who;
};

/// A device asks to be known (reference, section 8), in one atomic step. Reply: credentials; error
/// forbidden for `FAILURE`, not_found for `NOT_FOUND`, version_conflict when the profile was
/// changed this very moment: it is to be sent again then, with `reread`.
struct provision_device {
  /// Absent or empty: a random one; blank: refused.
  std::optional<std::string> name;
  std::string key;
  std::string secret;
  /// What the device wants; absent: a random token. id, created, device, version are ignored.
  std::optional<credentials> access;
  bool gateway = false;
  /// The client's address, for the audit log.
  std::string address;
  /// Looks at the profile as it is now, whatever was kept of it.
  bool reread = false;
};

// Entities of a tenant. An empty id creates (id, created, tenant, version are given by the server),
// else the entity is changed; a version that is not the present one is refused with
// version_conflict when `expected_version` is given. Foreign entities are not_found.

/// Reply: device_profile.
struct save_profile {
  caller who;
  device_profile profile;
  std::optional<std::uint64_t> expected_version;
};
/// Reply: device_profile.
struct make_default_profile {
  caller who;
  profile_id id;
};
/// Reply: done. The default one and one with devices are refused with invalid.
struct delete_profile {
  caller who;
  profile_id id;
};

/// By the system administrator. A new tenant gets its default profile. Reply: tenant.
struct save_tenant {
  caller who;
  muster::tenant tenant;
  std::optional<std::uint64_t> expected_version;
};
/// Reply: done at once; users can't log in and devices are refused from then on, and all that
/// belongs to the tenant is removed by a job that survives restarts.
struct delete_tenant {
  caller who;
  tenant_id id;
};

/// Reply: customer.
struct save_customer {
  caller who;
  muster::customer customer;
  std::optional<std::uint64_t> expected_version;
};
/// Reply: done at once; its users are gone, and its devices are given back to the tenant by a job
/// that survives restarts.
struct delete_customer {
  caller who;
  customer_id id;
};
/// Gives a device to the tenant's public customer, which is made when there is none. Reply:
/// device_info.
struct make_device_public {
  caller who;
  device_id device;
};

/// A new user has no password but an activation token. Reply: user.
struct save_user {
  caller who;
  muster::user user;
  std::optional<std::uint64_t> expected_version;
};
/// Reply: done. His tokens end.
struct delete_user {
  caller who;
  user_id id;
};
/// Whoever holds the activation token chooses the first password. Reply: user, or not_found.
struct activate_user {
  std::string activation_token;
  std::string password_hash;
  /// The client's address, for the audit log.
  std::string address;
};

/// The record without content, which put_package_content adds. Reply: package_info.
struct save_package {
  caller who;
  package_info package;
  std::optional<std::uint64_t> expected_version;
};
/// The bytes are in their file, which is durable. Reply: package_info.
struct put_package_content {
  caller who;
  package_id id;
  std::string file_name;
  std::string content_type;
  checksum_algorithm algorithm = checksum_algorithm::sha256;
  std::string checksum;
  content_digest content{};
  std::uint64_t size = 0;
};
/// Reply: done; invalid while a device or a profile refers to it.
struct delete_package {
  caller who;
  package_id id;
};

// Rule chains, by the tenant's administrator. What is wrong with a graph, within it or over several
// chains, is told as invalid with the node.

/// All but the graph. A chain that is the root stays it; another one becomes it only when there is
/// none (else invalid). Reply: rule_chain.
struct save_rule_chain {
  caller who;
  rule_chain chain;
  std::optional<std::uint64_t> expected_version;
};
/// Replaces the graph. Nodes that the chain has by their identifier keep it, all others are new.
/// Reply: rule_chain.
struct save_rule_graph {
  caller who;
  rule_chain_id chain;
  std::optional<std::uint64_t> expected_version;
  std::optional<std::uint32_t> first_node;
  std::vector<rule_node> nodes;
  std::vector<rule_connection> connections;
  /// Connections of other chains follow outputs of this one that have other names now.
  bool update_related = true;
};
/// The former root gives it up. Reply: rule_chain.
struct make_root_rule_chain {
  caller who;
  rule_chain_id id;
};
/// A new chain of the default nodes. Reply: rule_chain.
struct make_default_rule_chain {
  caller who;
  std::string name;
};
/// Reply: done; the root and one that a profile names are refused with invalid.
struct delete_rule_chain {
  caller who;
  rule_chain_id id;
};
/// All of a file's chains or none. Their identifiers mean something within the file only. Reply:
/// std::vector<imported_rule_chain>, in order.
struct import_rule_chains {
  caller who;
  std::vector<rule_chain> chains;
  /// A chain of the same name is replaced; it stays the root if it was.
  bool overwrite = false;
};

/// Forgets events of a node, or of all nodes of a chain, start <= created < end. Reply: done.
struct clear_rule_events {
  caller who;
  std::variant<rule_node_id, rule_chain_id> of;
  timestamp start = 0;
  timestamp end = 0;
};

// Relations of devices, customers and the tenant itself, by its administrator. An entity that is
// not there or foreign is not_found.

/// Creates it or replaces its additional information. Reply: relation.
struct save_relation {
  caller who;
  muster::relation relation;
};
/// Reply: relation: the one that was, or not_found.
struct delete_relation {
  caller who;
  entity_ref from;
  entity_ref to;
  std::string type;
};
/// In both directions. Reply: done.
struct delete_relations_of {
  caller who;
  entity_ref entity;
};

// Server attributes of customers and of the tenant, by its administrator; devices have actors for
// that. A customer that is not there or foreign is not_found.

/// Reply: done.
struct save_entity_attributes {
  caller who;
  entity_ref entity;
  std::vector<key_value> values;
};
/// Reply: done, also for keys that are not there.
struct delete_entity_attributes {
  caller who;
  entity_ref entity;
  std::vector<std::string> keys;
};

// Alarms, by a tenant's administrator or a user of the customer whose they are. Looked up here,
// then changed by their device's actor; version_conflict when somebody else changed one this very
// moment: the change is to be sent again then. Replies and refusals as of the commands.

/// Without an id the active alarm of originator and type, or a new one. Of one with an id
/// originator and type stay. Reply: alarm.
struct edit_alarm {
  caller who;
  alarm what;
};
/// Reply: alarm.
struct act_on_alarm {
  caller who;
  alarm_id id;
  alarm_action action = alarm_action::acknowledge;
  /// Of the tenant, and of the alarm's customer if of one.
  std::optional<user_id> assignee = std::nullopt;
};
/// Of an alarm: a new comment, or (with an id) one of the caller's own that says something else
/// now. Reply: alarm_comment.
struct say_of_alarm {
  caller who;
  alarm_id alarm;
  std::optional<alarm_comment_id> id;
  /// An object.
  json_text comment;
};
/// What is left of it is that there was one. The server's own stay (invalid). Reply: alarm_comment.
struct take_back_comment {
  caller who;
  alarm_id alarm;
  alarm_comment_id id;
};

/// Copied, moved and ended in one place (change.cpp), since each file that did it by itself would
/// take a second more to compile.
struct change
    : std::variant<make_device, change_device, change_password, end_session, note_login,
                   resolve_profile, provision_device, save_profile, make_default_profile,
                   delete_profile, save_tenant, delete_tenant, save_customer, delete_customer,
                   make_device_public, save_user, delete_user, activate_user, save_package,
                   put_package_content, delete_package, save_rule_chain, save_rule_graph,
                   make_root_rule_chain, make_default_rule_chain, delete_rule_chain,
                   import_rule_chains, save_relation, delete_relation, delete_relations_of,
                   save_entity_attributes, delete_entity_attributes, clear_rule_events, edit_alarm,
                   act_on_alarm, say_of_alarm, take_back_comment> {
  using variant::variant;
  using variant::operator=;

  change();
  change(const change&);
  change(change&&) noexcept;
  change& operator=(const change&);
  change& operator=(change&&) noexcept;
  ~change();
};

} // namespace muster
