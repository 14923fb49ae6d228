#include "persistence/directory/order.hpp"

#include "persistence/directory/lower_case.hpp"

namespace muster::persistence {

namespace {

std::string sorted_part(std::string_view text) {
  return std::string(text.substr(0, sorted_bytes));
}

} // namespace

result<sort_key> key_of(const rpc_record& rpc, std::string_view property) {
  if (property.empty() || property == "createdTime") {
    return sort_key{{}, rpc.created, rpc.id.value};
  }
  if (property == "expirationTime") {
    return sort_key{{}, rpc.request.expiration, rpc.id.value};
  }
  if (property == "request") {
    return sort_key{sorted_part(rpc.request.method) + '\0' + sorted_part(rpc.request.params.text),
                    0, rpc.id.value};
  }
  if (property == "response") {
    return sort_key{rpc.response ? sorted_part(rpc.response->text) : std::string(), 0,
                    rpc.id.value};
  }
  return fail(error_code::invalid, "Unknown sort property '" + std::string(property) + "'");
}

result<device_property> parse_device_property(std::string_view text) {
  if (text.empty() || text == "createdTime") {
    return device_property::created;
  }
  if (text == "name") {
    return device_property::name;
  }
  if (text == "type") {
    return device_property::type;
  }
  if (text == "label") {
    return device_property::label;
  }
  return fail(error_code::invalid, "Unknown sort property '" + std::string(text) + "'");
}

sort_key key_of(const device_info& device, device_property by) {
  switch (by) {
  case device_property::name:
    return {lower_case(device.name), 0, device.id.value};
  case device_property::type:
    return {lower_case(device.type), 0, device.id.value};
  case device_property::label:
    return {lower_case(device.label.value_or(std::string())), 0, device.id.value};
  default:
    return {{}, device.created, device.id.value};
  }
}

} // namespace muster::persistence
