#include "actors/device/device_events.hpp"

#include "actors/rules/engine/entity_names.hpp"

#include <nlohmann/json.hpp>

#include <array>
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

nlohmann::json relation_json(const relation& which) {
  const auto end = [](const entity_ref& of) { return reference(names_of(of.kind).wire, of.id); };
  return {{"from", end(which.from)},
          {"to", end(which.to)},
          {"type", which.type},
          {"typeGroup", "COMMON"},
          {"additionalInfo", whole(which.additional_info)}};
}

} // namespace

std::string_view status_name(rpc_status status) noexcept {
  return status_names.at(static_cast<std::size_t>(status));
}

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
          {"status", status_name(rpc.status)},
          {"additionalInfo", whole(asked.additional_info)}};
}

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

rule_message device_message(std::string_view type, message_data data, const device_info& device,
                            timestamp now) {
  rule_message made;
  made.type = type;
  made.ts = now;
  made.originator = {entity_type::device, device.id.value};
  made.metadata = {{"deviceName", device.name}, {"deviceType", device.type}};
  made.data = std::move(data);
  return made;
}

rule_message entity_event(std::string_view type, const device_info& device, const caller* who,
                          timestamp now) {
  auto made = device_message(type, message_data::of_json(device_json(device)), device, now);
  add_user(who, made.metadata);
  made.metadata["entityName"] = device.name;
  made.metadata["entityType"] = "DEVICE";
  return made;
}

rule_message provision_event(std::string_view type, const device_info& device, timestamp now) {
  auto made =
      device_message(type, message_data::of_json({{"deviceName", device.name}}), device, now);
  made.metadata = {{"tenantId", to_string(device.tenant)}};
  return made;
}

rule_message relation_event(std::string_view type, const entity_ref& device, const relation* which,
                            const caller& who, timestamp now) {
  rule_message made;
  made.type = type;
  made.ts = now;
  made.originator = device;
  made.data =
      message_data::of_json(which != nullptr ? relation_json(*which) : nlohmann::json::object());
  add_user(&who, made.metadata);
  return made;
}

} // namespace muster
