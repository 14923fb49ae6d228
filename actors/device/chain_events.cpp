#include "actors/device/audit.hpp"
#include "actors/device/device_events.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/engine/run_chain.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace muster {

bool device_state::events_told() const {
  return chain_for(&chain_shortcuts::events) != nullptr;
}

/// Of the server itself, in the device's name: with the states that were told.
void device_state::tell_activity(bool active, instant now, effects& out) {
  if (alarm_rules()) {
    const auto states = activity_.attributes(info_.created);
    std::vector<std::string_view> keys;
    for (const auto& one : states) {
      keys.push_back(one.key);
    }
    follow_attributes(attribute_scope::server, std::move(keys), now, out);
  }
  if (!events_told()) {
    return;
  }
  nlohmann::json body;
  for (const auto& one : activity_.attributes(info_.created)) {
    body[one.key] = nlohmann::json::parse(body_text({{one.key, one.val}})).at(one.key);
  }
  tell(active ? message_types::activity : message_types::inactivity,
       message_data::of_json(std::move(body)),
       {{"deviceLabel", info_.label.value_or("")},
        {"scope", std::string(scope_name(attribute_scope::server))}},
       now, out);
}

void device_state::tell_saved(attribute_scope scope, std::string body, context& with) {
  tell(message_types::attributes_updated, message_data::of_text(std::move(body)),
       {{"scope", std::string(scope_name(scope))}}, with.now, with.out);
}

void device_state::tell_deleted(const delete_attributes& what, context& with) {
  if (events_told()) {
    tell(message_types::attributes_deleted, message_data::of_json({{"attributes", what.keys}}),
         {{"scope", std::string(scope_name(what.scope))}}, with.now, with.out);
  }
}

void device_state::tell_rpc(const rpc_record& rpc, instant now, effects& out) {
  if (events_told()) {
    tell("RPC_" + std::string(status_name(rpc.status)), message_data::of_json(rpc_json(rpc, info_)),
         {}, now, out);
  }
}

void device_state::tell_rpc_deleted(const rpc_record& rpc, context& with) {
  if (events_told()) {
    tell(message_types::rpc_deleted, message_data::of_json(rpc_json(rpc, info_)), {}, with.now,
         with.out);
  }
}

void device_state::tell_provisioning(std::string_view type, context& with) {
  if (events_told()) {
    tell({provision_event(type, info_, with.now.wall)}, with.now, with.out);
  }
}

void device_state::tell_change(pending_change& change, const context& with) const {
  if (!change.info || !events_told()) {
    return;
  }
  auto told = std::make_shared<std::vector<rule_message>>();
  const auto add = [&](std::string_view type, const char* member,
                       const std::optional<customer_id>& customer) {
    auto& message = told->emplace_back(entity_event(type, *change.info, with.who, with.now.wall));
    if (customer) {
      message.metadata[member] = to_string(*customer);
    }
  };
  if (change.info->customer == info_.customer) {
    add(message_types::entity_updated, "", std::nullopt);
  } else if (info_.customer) {
    add(message_types::entity_unassigned, "unassignedCustomerId", info_.customer);
  }
  if (change.info->customer && change.info->customer != info_.customer) {
    add(message_types::entity_assigned, "assignedCustomerId", change.info->customer);
  }
  change.tells = std::move(told);
}

/// The body of TIMESERIES_UPDATED (reference rules, section 1).
std::string device_state::told_entries(const std::vector<telemetry_entry>& entries,
                                       timestamp given) {
  std::string body = "{\"timeseries\":[";
  for (const auto& entry : entries) {
    body += body.back() == '[' ? "" : ",";
    body += "{\"ts\":" + std::to_string(entry.ts.value_or(given)) +
            ",\"values\":" + body_text(entry.values) + "}";
  }
  return body + "]}";
}

void device_state::tell_history_deleted(const delete_telemetry& what, context& with) {
  if (events_told()) {
    tell(message_types::timeseries_deleted,
         message_data::of_json(
             {{"timeseries", what.keys}, {"startTs", what.start}, {"endTs", what.end}}),
         {}, with.now, with.out);
  }
}

} // namespace muster
