#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/audit.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/package.hpp"
#include "actors/model/page.hpp"
#include "actors/model/rpc.hpp"
#include "actors/model/rule_chain.hpp"
#include "actors/model/rule_query.hpp"
#include "actors/model/telemetry.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace muster {

// Reads that pass no actor: what was answered 200 is already visible in the store. They run on the
// reader pool. Each names its reply; every one may also be answered by an `error`. Where a caller
// is given, entities that are not its own are refused with forbidden.

/// Reply: user, or not_found. E-mail in any case.
struct find_user_by_email {
  std::string email;
};

/// Reply: user, or not_found.
struct get_user {
  user_id id;
};

/// Reply: page<device_info>: the tenant's devices, or for a customer's user those of the customer.
struct list_devices {
  caller who;
  page_link link;
  std::optional<std::string> type;
  /// Only this customer's; a foreign one is forbidden to a customer's user.
  std::optional<customer_id> customer;
  std::optional<profile_id> profile;
  /// Only those that are (or are not) active.
  std::optional<bool> active;
  /// Only those with calculated fields of their own.
  bool with_fields = false;
};

/// What device infos show of many devices. Reply: std::vector<bool>: whether each is active, in the
/// order asked for; false for unknown and foreign ones.
struct get_activity {
  caller who;
  std::vector<device_id> devices;
};

/// Reply: device_info, or not_found. The name exactly.
struct find_device_by_name {
  caller who;
  std::string name;
};

/// Reply: std::vector<device_info>, in the order asked for, unknown and foreign ones left out.
struct get_devices {
  caller who;
  std::vector<device_id> ids;
};

/// Reply: device_profile, or not_found.
struct get_profile {
  caller who;
  profile_id id;
};

/// Reply: customer, or not_found.
struct get_customer {
  caller who;
  customer_id id;
};

/// Reply: rpc_of_device, or not_found.
struct get_rpc {
  caller who;
  rpc_id id;
};

/// Reply: page<rpc_record>, of one device, of one status if given.
struct list_rpcs {
  caller who;
  device_id device;
  std::optional<rpc_status> status;
  page_link link;
};

enum class aggregation : std::uint8_t { none, min, max, avg, sum, count };

/// How buckets of an aggregate are cut: fixed steps from `start`, or calendar units of a time zone.
enum class interval_type : std::uint8_t { fixed, week, week_iso, month, quarter };

/// Where a history query goes on; made and read by actors/ only.
class history_position;

/// What was spent on reading history.
struct history_cost {
  std::uint64_t rows = 0;
  milliseconds time = 0;
};

/// Points or aggregates of one key, start <= ts < end (reference REST, section 3). Reply:
/// history_page; while it has `more`, the same query with `from` and `spent` set goes on behind it.
struct read_history {
  caller who;
  device_id device;
  std::string key;
  timestamp start = 0;
  timestamp end = 0;
  aggregation agg = aggregation::none;
  interval_type unit = interval_type::fixed;
  milliseconds interval = 0;
  /// IANA name; used by calendar units only.
  std::string time_zone = "UTC";
  /// Most points to return in all; only for aggregation none.
  std::uint32_t limit = 100;
  bool descending = true;
  std::shared_ptr<const history_position> from;
  /// What earlier pages, also of other keys of the same question, have cost: the limits hold for
  /// all of them together.
  history_cost spent;
};

// Lists of the tenant's (or, for the system administrator, the installation's) entities: pages
// with search in the name or title, in the order of createdTime or of name, title or email.

/// Reply: device_profile, or not_found.
struct get_default_profile {
  caller who;
};
/// Reply: page<device_profile>.
struct list_profiles {
  caller who;
  std::optional<transport_type> transport;
  page_link link;
};

/// Reply: tenant, or not_found. A tenant's own users may ask for it.
struct get_tenant {
  caller who;
  tenant_id id;
};
/// Reply: page<tenant>. For the system administrator.
struct list_tenants {
  caller who;
  page_link link;
};

/// Reply: customer, or not_found. The title exactly.
struct find_customer_by_title {
  caller who;
  std::string title;
};
/// Reply: page<customer>.
struct list_customers {
  caller who;
  page_link link;
};

/// Reply: user, or not_found; only users that the caller may see.
struct get_visible_user {
  caller who;
  user_id id;
};
/// Reply: page<user>. Absent customer and tenant: all that the caller may see.
struct list_users {
  caller who;
  std::optional<tenant_id> tenant;
  std::optional<customer_id> customer;
  page_link link;
};
/// Reply: user, or not_found.
struct find_user_by_activation {
  std::string activation_token;
};

/// Reply: package_info, or not_found.
struct get_package {
  caller who;
  package_id id;
};
/// Reply: page<package_info>.
struct list_packages {
  caller who;
  std::optional<profile_id> profile;
  std::optional<package_type> type;
  /// Only those that devices can be given: with content or a URL.
  bool with_content = false;
  page_link link;
};
/// The package that a device should run: its own, else its profile's. Reply: package_info;
/// not_found; unauthorized when there is no such device. Asked by the device itself.
struct get_target_package {
  device_id device;
  package_type type = package_type::firmware;
};

/// How far a package has come on the devices that should run it. Reply: rollout_status, or
/// not_found. Walks those devices, so it takes a second for each some ten thousand.
struct get_rollout {
  caller who;
  package_id package;
};

/// Reply: page<audit_entry>, newest first, start <= created < end. A tenant's administrator sees
/// his tenant's, the system administrator the installation's.
struct list_audit {
  caller who;
  timestamp start = 0;
  timestamp end = 0;
  /// Of one entity.
  std::optional<std::pair<entity_type, uuid>> entity;
  std::optional<customer_id> customer;
  std::optional<user_id> user;
  page_link link;
  /// Absent: of any action; empty: of none.
  std::optional<std::vector<audit_action>> actions = std::nullopt;
};

/// Reply: rule_chain, or not_found.
struct get_rule_chain {
  caller who;
  rule_chain_id id;
};
/// Reply: rule_graph, or not_found.
struct get_rule_graph {
  caller who;
  rule_chain_id id;
};
/// Reply: std::vector<rule_chain>: those of the given ids that exist and are the tenant's, in
/// order.
struct get_rule_chains {
  caller who;
  std::vector<rule_chain_id> ids;
};
/// Reply: page<rule_chain>.
struct list_rule_chains {
  caller who;
  page_link link;
};

// Alarms. A customer's user sees those of his customer.

/// Reply: alarm_info, or not_found.
struct get_alarm {
  caller who;
  alarm_id id;
};
/// Whose lists: a device's, customer's or tenant's; other kinds are refused with invalid. Absent:
/// all that the caller may see.
using alarm_lists_of = std::optional<std::pair<entity_type, uuid>>;
/// Reply: page<alarm_info>. The filter's entity is not looked at.
struct list_alarms {
  caller who;
  alarm_lists_of entity;
  alarm_filter filter;
  page_link link;
};
/// Reply: std::optional<alarm_severity>.
struct get_highest_severity {
  caller who;
  alarm_lists_of entity;
  alarm_filter filter;
};
/// The types of the alarms that the caller may see, by name. Reply: page<std::string>.
struct list_alarm_types {
  caller who;
  page_link link;
};
/// Reply: page<alarm_comment>.
struct list_alarm_comments {
  caller who;
  alarm_id alarm;
  page_link link;
};

/// What the node says of itself, by an operator: see actors/inspection. Reply: inspected; not_found
/// for what nothing is known of.
struct inspect {
  caller who;
  /// `status`, `device`, ...
  std::string what;
  /// By name, in order.
  std::vector<std::pair<std::string, std::string>> with;
  /// What changes something is refused without.
  bool may_change = false;
};

/// Copied, moved and ended in one place (query.cpp), since each file that did it by itself would
/// take a second more to compile.
struct query
    : std::variant<find_user_by_email, get_user, list_devices, find_device_by_name, get_devices,
                   get_profile, get_rpc, list_rpcs, read_history, get_customer, get_activity,
                   get_default_profile, list_profiles, get_tenant, list_tenants,
                   find_customer_by_title, list_customers, get_visible_user, list_users,
                   find_user_by_activation, get_package, list_packages, get_target_package,
                   list_audit, get_rollout, get_rule_chain, get_rule_graph, get_rule_chains,
                   list_rule_chains, list_relations, get_relation, get_entity_attributes,
                   test_script, list_rule_events, get_rule_node, get_alarm, list_alarms,
                   get_highest_severity, list_alarm_types, list_alarm_comments, inspect> {
  using variant::variant;
  using variant::operator=;

  query();
  query(const query&);
  query(query&&) noexcept;
  query& operator=(const query&);
  query& operator=(query&&) noexcept;
  ~query();
};

} // namespace muster
