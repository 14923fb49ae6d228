#pragma once

#include "actors/queries/queries.hpp"

#include <optional>
#include <utility>

namespace muster {

/// Answers one query each call.
class answering {
public:
  answering(persistence::store& rows, const clock_source& clock) : rows_(rows), clock_(clock) {}

  // device_queries.cpp
  reply operator()(const list_devices& what);
  reply operator()(const get_activity& what);
  reply operator()(const find_device_by_name& what);
  reply operator()(const get_devices& what);
  reply operator()(const get_rpc& what);
  reply operator()(const list_rpcs& what);
  reply operator()(const read_history& what);
  reply operator()(const get_target_package& what);

  // entity_queries.cpp
  reply operator()(const find_user_by_email& what);
  reply operator()(const find_user_by_activation& what);
  reply operator()(const get_user& what);
  reply operator()(const get_visible_user& what);
  reply operator()(const list_users& what);
  reply operator()(const get_profile& what);
  reply operator()(const get_default_profile& what);
  reply operator()(const list_profiles& what);
  reply operator()(const get_tenant& what);
  reply operator()(const list_tenants& what);
  reply operator()(const get_customer& what);
  reply operator()(const find_customer_by_title& what);
  reply operator()(const list_customers& what);
  reply operator()(const get_package& what);
  reply operator()(const list_packages& what);
  reply operator()(const list_audit& what);
  reply operator()(const get_rule_chain& what);
  reply operator()(const get_rule_chains& what);
  reply operator()(const list_rule_chains& what);

  // rule_event_queries.cpp
  reply operator()(const list_rule_events& what);

  // relation_queries.cpp
  reply operator()(const list_relations& what);
  reply operator()(const get_relation& what);
  reply operator()(const get_entity_attributes& what);
  // alarm_queries.cpp
  reply operator()(const get_alarm& what);
  reply operator()(const list_alarms& what);
  reply operator()(const get_highest_severity& what);
  reply operator()(const list_alarm_types& what);
  reply operator()(const list_alarm_comments& what);

  // Answered by who has the scripts' engine.
  reply operator()(const get_rule_graph&) { return error{error_code::internal, {}}; }
  reply operator()(const test_script&) { return error{error_code::internal, {}}; }
  reply operator()(const get_rule_node&) { return error{error_code::internal, {}}; }
  /// Answered by the inspector.
  reply operator()(const inspect&) { return error{error_code::internal, {}}; }
  /// Walks many devices and is answered by who does that in pieces, not here.
  reply operator()(const get_rollout&) { return error{error_code::internal, {}}; }

private:
  persistence::store& rows_;
  const clock_source& clock_;
};

// How answers are made of what the store says.

/// Nothing found: not_found.
template <class T>
reply found(result<std::optional<T>> what) {
  if (!what) {
    return std::move(what.error());
  }
  if (!*what) {
    return error{error_code::not_found, {}};
  }
  return std::move(**what);
}

template <class T>
reply whole(result<T> what) {
  if (!what) {
    return std::move(what.error());
  }
  return std::move(*what);
}

inline reply forbidden() {
  return error{error_code::forbidden, no_permission};
}

/// Nothing when the tenant has the customer: else not_found, or forbidden for a foreign one.
std::optional<error> foreign_customer(persistence::store& rows, const tenant_id& tenant,
                                      const customer_id& customer);

} // namespace muster
