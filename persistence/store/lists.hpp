#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/audit.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/package.hpp"
#include "actors/model/rule_event.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster::persistence {

// What a list is of, next to its page_link. An absent member asks for all. The search of the
// page_link is in names, titles or, of users, e-mail addresses.

/// Whose devices: the tenant's, or those of one of its customers or profiles (of one, not of both).
struct device_group {
  tenant_id tenant;
  std::optional<customer_id> customer = std::nullopt;
  std::optional<profile_id> profile = std::nullopt;
};

struct device_list {
  tenant_id tenant;
  std::optional<customer_id> customer = std::nullopt;
  std::optional<std::string> type = std::nullopt;
  std::optional<profile_id> profile = std::nullopt;
  std::optional<bool> active = std::nullopt;
  /// Only those with calculated fields of their own.
  bool with_fields = false;
};

/// By createdTime, name, type (the transport), description, isDefault.
struct profile_list {
  tenant_id tenant;
  std::optional<transport_type> transport = std::nullopt;
};

// Tenants and customers: by createdTime, title, country, state, city, address, address2, zip,
// phone, email.

// Rule chains: by createdTime, name, root.

/// By createdTime, email, firstName, lastName.
struct user_list {
  std::optional<tenant_id> tenant = std::nullopt;
  std::optional<customer_id> customer = std::nullopt;
  /// Without the users of customers.
  bool administrators = false;
};

/// By createdTime, title, version, type, tag, fileName, dataSize.
struct package_list {
  tenant_id tenant;
  std::optional<profile_id> profile = std::nullopt;
  std::optional<package_type> type = std::nullopt;
  /// Only those that devices can be given: with content or a URL.
  bool with_content = false;
};

/// By createdTime, startTs, endTs, ackTs, clearTs, assignTs, type, severity, status; the search is
/// in the type, the severity and the status.
struct alarm_list {
  tenant_id tenant;
  std::optional<customer_id> customer = std::nullopt;
  alarm_filter filter = {};
};

/// By createdTime, entityName, entityType, userName, actionType; the search is in the entity's and
/// the user's name.
struct audit_list {
  /// Absent: the whole installation's.
  std::optional<tenant_id> tenant = std::nullopt;
  /// start <= created < end.
  timestamp start = 0;
  timestamp end = 0;
  std::optional<std::pair<entity_type, uuid>> entity = std::nullopt;
  std::optional<customer_id> customer = std::nullopt;
  std::optional<user_id> user = std::nullopt;
  /// Absent: of any action; empty: of none.
  std::optional<std::vector<audit_action>> actions = std::nullopt;
};

/// By createdTime.
struct rule_event_list {
  tenant_id tenant;
  /// Of any of these.
  std::vector<rule_node_id> nodes;
  rule_event_filter filter;
};

} // namespace muster::persistence
