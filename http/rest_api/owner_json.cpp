#include "http/rest_api/owner_json.hpp"

#include "http/rest_api/names.hpp"
#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/profile_names.hpp"

#include <array>
#include <utility>

namespace muster::http::rest {

namespace {

constexpr std::array entity_types{
    std::pair{entity_type::device, std::string_view{"DEVICE"}},
    std::pair{entity_type::device_profile, std::string_view{"DEVICE_PROFILE"}},
    std::pair{entity_type::tenant, std::string_view{"TENANT"}},
    std::pair{entity_type::customer, std::string_view{"CUSTOMER"}},
    std::pair{entity_type::user, std::string_view{"USER"}},
    std::pair{entity_type::package, std::string_view{"OTA_PACKAGE"}},
    std::pair{entity_type::rpc, std::string_view{"RPC"}},
    std::pair{entity_type::rule_chain, std::string_view{"RULE_CHAIN"}},
    std::pair{entity_type::alarm, std::string_view{"ALARM"}},
    std::pair{entity_type::rule_node, std::string_view{"RULE_NODE"}},
};

constexpr std::array audit_actions{
    std::pair{audit_action::added, std::string_view{"ADDED"}},
    std::pair{audit_action::updated, std::string_view{"UPDATED"}},
    std::pair{audit_action::deleted, std::string_view{"DELETED"}},
    std::pair{audit_action::credentials_updated, std::string_view{"CREDENTIALS_UPDATED"}},
    std::pair{audit_action::assigned_to_customer, std::string_view{"ASSIGNED_TO_CUSTOMER"}},
    std::pair{audit_action::unassigned_from_customer, std::string_view{"UNASSIGNED_FROM_CUSTOMER"}},
    std::pair{audit_action::attributes_updated, std::string_view{"ATTRIBUTES_UPDATED"}},
    std::pair{audit_action::attributes_deleted, std::string_view{"ATTRIBUTES_DELETED"}},
    std::pair{audit_action::timeseries_updated, std::string_view{"TIMESERIES_UPDATED"}},
    std::pair{audit_action::timeseries_deleted, std::string_view{"TIMESERIES_DELETED"}},
    std::pair{audit_action::rpc_call, std::string_view{"RPC_CALL"}},
    std::pair{audit_action::login, std::string_view{"LOGIN"}},
    std::pair{audit_action::logout, std::string_view{"LOGOUT"}},
    std::pair{audit_action::activated, std::string_view{"ACTIVATED"}},
    std::pair{audit_action::provisioned, std::string_view{"PROVISION_SUCCESS"}},
    std::pair{audit_action::relation_saved, std::string_view{"RELATION_ADD_OR_UPDATE"}},
    std::pair{audit_action::relation_deleted, std::string_view{"RELATION_DELETED"}},
    std::pair{audit_action::relations_deleted, std::string_view{"RELATIONS_DELETED"}},
    std::pair{audit_action::alarm_acknowledged, std::string_view{"ALARM_ACK"}},
    std::pair{audit_action::alarm_cleared, std::string_view{"ALARM_CLEAR"}},
    std::pair{audit_action::alarm_assigned, std::string_view{"ALARM_ASSIGNED"}},
    std::pair{audit_action::alarm_unassigned, std::string_view{"ALARM_UNASSIGNED"}},
    std::pair{audit_action::alarm_deleted, std::string_view{"ALARM_DELETE"}},
    std::pair{audit_action::comment_added, std::string_view{"ADDED_COMMENT"}},
    std::pair{audit_action::comment_updated, std::string_view{"UPDATED_COMMENT"}},
    std::pair{audit_action::comment_deleted, std::string_view{"DELETED_COMMENT"}},
};

constexpr std::string_view default_profile_data =
    R"({"configuration":{"type":"DEFAULT"},"transportConfiguration":{"type":"DEFAULT"},)"
    R"("provisionConfiguration":{"type":"DISABLED","provisionDeviceSecret":null},"alarms":null})";

object_writer& write_optional_id(object_writer& to, std::string_view name, std::string_view type,
                                 const std::optional<uuid>& value) {
  return value ? to.id(name, type, *value) : to.raw(name, "null");
}

void write_contact(object_writer& to, const contact& where) {
  to.text("country", where.country)
      .text("state", where.state)
      .text("city", where.city)
      .text("address", where.address)
      .text("address2", where.address2)
      .text("zip", where.zip)
      .text("phone", where.phone)
      .text("email", where.email);
}

} // namespace

void append_profile(std::string& out, const device_profile& profile) {
  object_writer to{out};
  to.id("id", "DEVICE_PROFILE", profile.id.value)
      .number("createdTime", profile.created)
      .id("tenantId", "TENANT", profile.tenant.value)
      .text("name", std::string_view{profile.name})
      .text("description", profile.description)
      .text("image", profile.image)
      .text("type", std::string_view{"DEFAULT"})
      .text("transportType", transport_name(profile.transport))
      .text("provisionType", strategy_name(profile.provisioning));
  to.id("defaultRuleChainId", "RULE_CHAIN", profile.default_rule_chain);
  write_optional_id(to, "defaultDashboardId", "DASHBOARD", profile.default_dashboard);
  to.text("defaultQueueName", profile.default_queue)
      .text("provisionDeviceKey", profile.provision_key)
      .id("firmwareId", "OTA_PACKAGE", profile.firmware)
      .id("softwareId", "OTA_PACKAGE", profile.software);
  write_optional_id(to, "defaultEdgeRuleChainId", "RULE_CHAIN", profile.default_edge_rule_chain);
  const bool given = profile.profile_data.text != "null";
  to.raw("externalId", "null")
      .number("version", static_cast<std::int64_t>(profile.version))
      .boolean("default", profile.is_default)
      .raw("profileData",
           given ? std::string_view{profile.profile_data.text} : default_profile_data)
      .end();
}

void append_profile_info(std::string& out, const device_profile& profile) {
  object_writer to{out};
  to.id("id", "DEVICE_PROFILE", profile.id.value)
      .text("name", std::string_view{profile.name})
      .text("image", profile.image);
  write_optional_id(to, "defaultDashboardId", "DASHBOARD", profile.default_dashboard);
  to.text("type", std::string_view{"DEFAULT"})
      .text("transportType", transport_name(profile.transport))
      .id("tenantId", "TENANT", profile.tenant.value)
      .end();
}

void append_customer(std::string& out, const customer& owner) {
  object_writer to{out};
  to.id("id", "CUSTOMER", owner.id.value).number("createdTime", owner.created);
  write_contact(to, owner.contact);
  to.text("title", std::string_view{owner.title})
      .id("tenantId", "TENANT", owner.tenant.value)
      .raw("externalId", "null")
      .number("version", static_cast<std::int64_t>(owner.version))
      .text("name", std::string_view{owner.title})
      .raw("additionalInfo", owner.additional_info.text)
      .end();
}

void append_tenant(std::string& out, const tenant& owner) {
  object_writer to{out};
  to.id("id", "TENANT", owner.id.value).number("createdTime", owner.created);
  write_contact(to, owner.contact);
  to.text("title", std::string_view{owner.title})
      .text("region", owner.region)
      .raw("tenantProfileId", "null")
      .number("version", static_cast<std::int64_t>(owner.version))
      .text("name", std::string_view{owner.title})
      .raw("additionalInfo", owner.additional_info.text)
      .end();
}

void append_audit_entry(std::string& out, const audit_entry& entry) {
  object_writer{out}
      .raw("id", "{\"id\":\"" + to_string(entry.id) + "\"}")
      .number("createdTime", entry.created)
      .owner("tenantId", "TENANT", entry.tenant)
      .owner("customerId", "CUSTOMER", entry.customer)
      .id("entityId", entity_type_name(entry.kind), entry.entity)
      .text("entityName", std::string_view{entry.entity_name})
      .owner("userId", "USER", entry.user)
      .text("userName", std::string_view{entry.user_name})
      .text("clientAddress", std::string_view{entry.address})
      .text("actionType", audit_action_name(entry.action))
      .raw("actionData", entry.data.text)
      .text("actionStatus", std::string_view{"SUCCESS"})
      .text("actionFailureDetails", std::string_view{})
      .end();
}

std::string_view entity_type_name(entity_type type) noexcept {
  return name_in(entity_types, type);
}

std::optional<entity_type> entity_type_from_name(std::string_view name) noexcept {
  return value_in(entity_types, name);
}

std::string_view audit_action_name(audit_action action) noexcept {
  return name_in(audit_actions, action);
}

std::optional<audit_action> audit_action_from_name(std::string_view name) noexcept {
  return value_in(audit_actions, name);
}

} // namespace muster::http::rest
