#include "http/rest_api/entity_json.hpp"

#include "http/rest_api/names.hpp"
#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/token.hpp"

#include <array>
#include <utility>

namespace muster::http::rest {

namespace {

constexpr std::array rpc_statuses{
    std::pair{rpc_status::queued, std::string_view{"QUEUED"}},
    std::pair{rpc_status::sent, std::string_view{"SENT"}},
    std::pair{rpc_status::delivered, std::string_view{"DELIVERED"}},
    std::pair{rpc_status::successful, std::string_view{"SUCCESSFUL"}},
    std::pair{rpc_status::timeout, std::string_view{"TIMEOUT"}},
    std::pair{rpc_status::expired, std::string_view{"EXPIRED"}},
    std::pair{rpc_status::failed, std::string_view{"FAILED"}},
};

constexpr std::string_view default_device_data =
    R"({"configuration":{"type":"DEFAULT"},"transportConfiguration":{"type":"DEFAULT"}})";

void write_owner(object_writer& to, const std::optional<tenant_id>& tenant,
                 const std::optional<customer_id>& customer) {
  if (customer) {
    to.id("ownerId", "CUSTOMER", customer->value);
  } else {
    to.owner("ownerId", "TENANT", tenant);
  }
}

void write_device(object_writer& to, const device_info& device, bool owner_shown) {
  to.id("id", "DEVICE", device.id.value)
      .number("createdTime", device.created)
      .raw("additionalInfo", device.additional_info.text)
      .id("tenantId", "TENANT", device.tenant.value)
      .owner("customerId", "CUSTOMER", device.customer)
      .text("name", std::string_view{device.name})
      .text("type", std::string_view{device.type})
      .text("label", device.label)
      .id("deviceProfileId", "DEVICE_PROFILE", device.profile.value)
      .id("firmwareId", "OTA_PACKAGE", device.firmware)
      .id("softwareId", "OTA_PACKAGE", device.software)
      .raw("externalId", "null")
      .number("version", static_cast<std::int64_t>(device.version));
  if (owner_shown) {
    write_owner(to, device.tenant, device.customer);
  }
  const bool given = device.device_data.text != "null";
  to.raw("deviceData", given ? std::string_view{device.device_data.text} : default_device_data);
}

/// A JSON document as a JSON string, an absent one null.
void write_document_text(object_writer& to, std::string_view name, const json_text& document) {
  if (document.text == "null") {
    to.raw(name, "null");
  } else {
    to.text(name, std::string_view{document.text});
  }
}

std::string rpc_request_json(const rpc_record& rpc, const tenant_id& tenant,
                             const device_id& device) {
  std::string body;
  object_writer{body}
      .text("method", std::string_view{rpc.request.method})
      .text("params", std::string_view{rpc.request.params.text})
      .end();
  std::string out;
  object_writer to{out};
  to.text("id", std::string_view{to_string(rpc.request.request_id)})
      .id("tenantId", "TENANT", tenant.value)
      .id("deviceId", "DEVICE", device.value)
      .boolean("oneway", rpc.request.oneway)
      .number("expirationTime", rpc.request.expiration)
      .raw("body", body)
      .boolean("persisted", true);
  if (rpc.request.retries) {
    to.number("retries", *rpc.request.retries);
  } else {
    to.raw("retries", "null");
  }
  write_document_text(to, "additionalInfo", rpc.request.additional_info);
  to.end();
  return out;
}

} // namespace

void append_device(std::string& out, const device_info& device, bool owner_shown) {
  object_writer to{out};
  write_device(to, device, owner_shown);
  to.end();
}

void append_device_info(std::string& out, const device_info& device,
                        const device_surroundings& around) {
  object_writer to{out};
  write_device(to, device, true);
  to.text("customerTitle",
          around.owner ? std::optional<std::string>{around.owner->title} : std::nullopt)
      .boolean("customerIsPublic", around.owner && around.owner->is_public)
      .text("deviceProfileName", std::string_view{around.profile_name})
      .boolean("active", around.active)
      .end();
}

void append_credentials(std::string& out, const credentials& access) {
  // The identifier of credentials is a bare one: they are no entity of their own.
  std::string id = "{\"id\":\"" + to_string(access.id) + "\"}";
  object_writer{out}
      .raw("id", id)
      .number("createdTime", access.created)
      .id("deviceId", "DEVICE", access.device.value)
      .text("credentialsType", credentials_type_name(access.type))
      .text("credentialsId", std::string_view{access.credentials_id})
      .text("credentialsValue", access.credentials_value)
      .number("version", access.version)
      .end();
}

void append_user(std::string& out, const user& who) {
  object_writer to{out};
  to.id("id", "USER", who.id.value)
      .number("createdTime", who.created)
      .raw("additionalInfo", who.additional_info.text)
      .owner("tenantId", "TENANT", who.tenant)
      .owner("customerId", "CUSTOMER", who.customer)
      .text("email", std::string_view{who.email})
      .text("authority", authority_name(who.role))
      .text("firstName", who.first_name)
      .text("lastName", who.last_name)
      .text("phone", who.phone)
      .number("version", static_cast<std::int64_t>(who.version))
      .text("name", std::string_view{who.email});
  write_owner(to, who.tenant, who.customer);
  to.end();
}

void append_rpc(std::string& out, const rpc_record& rpc, const tenant_id& tenant,
                const device_id& device) {
  object_writer{out}
      .id("id", "RPC", rpc.id.value)
      .number("createdTime", rpc.created)
      .id("tenantId", "TENANT", tenant.value)
      .id("deviceId", "DEVICE", device.value)
      .number("expirationTime", rpc.request.expiration)
      .raw("request", rpc_request_json(rpc, tenant, device))
      .raw("response", rpc.response ? std::string_view{rpc.response->text} : "null")
      .text("status", rpc_status_name(rpc.status))
      .raw("additionalInfo", rpc.request.additional_info.text)
      .end();
}

std::string_view rpc_status_name(rpc_status status) noexcept {
  return name_in(rpc_statuses, status);
}

std::optional<rpc_status> rpc_status_from_name(std::string_view name) noexcept {
  return value_in(rpc_statuses, name);
}

} // namespace muster::http::rest
