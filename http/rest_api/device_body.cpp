#include "http/rest_api/device_body.hpp"

#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/member_reader.hpp"

namespace muster::http::rest {

result<device_body> read_device_body(const body_members& body) {
  device_body read;
  member_reader from{body};
  read.id = from.id<device_id>("id");
  read.profile = from.id<profile_id>("deviceProfileId");
  read.info.customer = from.id<customer_id>("customerId");
  read.info.firmware = from.id<package_id>("firmwareId");
  read.info.software = from.id<package_id>("softwareId");
  read.info.name = from.text("name").value_or("");
  read.info.type = from.text("type").value_or("");
  read.info.label = from.text("label");
  read.version = from.version();
  read.info.additional_info = from.document("additionalInfo");
  read.info.device_data = from.document("deviceData");
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  if (blank(read.info.name)) {
    return fail(error_code::invalid, "Device name should be specified!");
  }
  return read;
}

result<credentials> read_credentials_body(const body_members& body) {
  member_reader from{body};
  credentials access;
  if (const auto device = from.id<device_id>("deviceId")) {
    access.device = *device;
  }
  const auto type_name = from.text("credentialsType");
  const auto id = body.text("credentialsId");
  const auto value = body.text("credentialsValue");
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  if (!id || !value) {
    return tl::unexpected{id ? value.error() : id.error()};
  }
  if (!type_name) {
    return fail(error_code::invalid, "Device credentials type should be specified!");
  }
  const auto type = credentials_type_from_name(*type_name);
  if (!type) {
    return fail(error_code::invalid, "Unknown device credentials type '" + *type_name + "'");
  }
  if (value->value_or("").size() > longest_document) {
    return fail(error_code::invalid,
                "credentialsValue length must be equal or less than 65536 bytes");
  }
  access.type = *type;
  access.credentials_id = id->value_or("");
  access.credentials_value = *value;
  if (const auto good = complete_credentials(access); !good) {
    return tl::unexpected{good.error()};
  }
  return access;
}

} // namespace muster::http::rest
