#include "actors/device/audit.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/engine/rule_message.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace muster {

namespace {

/// By the states' numbers.
constexpr std::array<std::string_view, 7> status_names{
    "QUEUED", "SENT", "DELIVERED", "SUCCESSFUL", "TIMEOUT", "EXPIRED", "FAILED"};

/// JSON, or null for none.
nlohmann::json whole(const json_text& text) {
  auto read = nlohmann::json::parse(text.text, nullptr, false);
  return read.is_discarded() ? nlohmann::json() : read;
}

nlohmann::json reference(std::string_view kind, const uuid& id) {
  return {{"entityType", kind}, {"id", to_string(id)}};
}

/// As applications read it (reference REST, section 5).
nlohmann::json rpc_json(const rpc_record& rpc, const device_info& device) {
  const auto& asked = rpc.request;
  nlohmann::json request{{"id", to_string(asked.request_id)},
                         {"tenantId", reference("TENANT", device.tenant.value)},
                         {"deviceId", reference("DEVICE", device.id.value)},
                         {"oneway", asked.oneway},
                         {"expirationTime", asked.expiration},
                         {"body", {{"method", asked.method}, {"params", asked.params.text}}},
                         {"persisted", true},
                         {"retries", nullptr}};
  if (asked.retries) {
    request["retries"] = *asked.retries;
  }
  return {{"id", reference("RPC", rpc.id.value)},
          {"createdTime", rpc.created},
          {"tenantId", request["tenantId"]},
          {"deviceId", request["deviceId"]},
          {"expirationTime", asked.expiration},
          {"request", std::move(request)},
          {"response", rpc.response ? whole(*rpc.response) : nlohmann::json()},
          {"status", status_names.at(static_cast<std::size_t>(rpc.status))},
          {"additionalInfo", whole(asked.additional_info)}};
}

/// As applications read it (reference REST, section 2), as far as chains ask for it.
nlohmann::json device_json(const device_info& device) {
  const auto optional_text = [](const std::optional<std::string>& text) {
    return text ? nlohmann::json(*text) : nlohmann::json();
  };
  return {{"id", reference("DEVICE", device.id.value)},
          {"createdTime", device.created},
          {"tenantId", reference("TENANT", device.tenant.value)},
          {"customerId", reference("CUSTOMER", device.customer.value_or(customer_id{}).value)},
          {"name", device.name},
          {"type", device.type},
          {"label", optional_text(device.label)},
          {"deviceProfileId", reference("DEVICE_PROFILE", device.profile.value)},
          {"additionalInfo", whole(device.additional_info)},
          {"version", device.version}};
}

void add_user(const caller* who, message_metadata& to) {
  if (who == nullptr) {
    return;
  }
  to["userId"] = to_string(who->user);
  to["userName"] = who->email;
  to["userEmail"] = who->email;
  if (who->customer) {
    to["customerId"] = to_string(*who->customer);
  }
}

} // namespace

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
    const auto status = status_names.at(static_cast<std::size_t>(rpc.status));
    tell("RPC_" + std::string(status), message_data::of_json(rpc_json(rpc, info_)), {}, now, out);
  }
}

void device_state::tell_rpc_deleted(const rpc_record& rpc, context& with) {
  if (events_told()) {
    tell(message_types::rpc_deleted, message_data::of_json(rpc_json(rpc, info_)), {}, with.now,
         with.out);
  }
}

void device_state::tell_change(pending_change& change, const context& with) const {
  if (!change.info || !events_told()) {
    return;
  }
  auto told = std::make_shared<std::vector<rule_message>>();
  const auto add = [&](std::string_view type, const char* member,
                       const std::optional<customer_id>& customer) {
    auto& message = told->emplace_back(
        message_of(type, message_data::of_json(device_json(*change.info)), with.now));
    add_user(with.who, message.metadata);
    message.metadata["entityName"] = change.info->name;
    message.metadata["entityType"] = "DEVICE";
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
