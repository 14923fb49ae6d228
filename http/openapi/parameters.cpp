#include "http/openapi/parts.hpp"

#include <stdexcept>
#include <string>

namespace muster::http::openapi {

namespace {

struct parameter {
  std::string_view name;
  /// A JSON type, or `a|b|c` for an enumeration.
  std::string_view type;
  std::string_view description;
};

constexpr parameter query_parameters[] = {
    {"accessToken", "string", "The device's access token; by default a random one"},
    {"actionTypes", "string", "Only these actions, separated by commas"},
    {"activateToken", "string", "The token of the activation link"},
    {"active", "boolean", "Only devices that are, or are not, active"},
    {"activeOnly", "boolean", "Only profiles that have devices"},
    {"after", "integer", "Only what came after the event of this number"},
    {"agg", "NONE|MIN|MAX|AVG|SUM|COUNT", "How the values of an interval become one"},
    {"assigneeId", "string", "Only alarms assigned to this user"},
    {"checksum", "string", "What the bytes must have; by default it is computed"},
    {"checksumAlgorithm", "MD5|SHA256|SHA384|SHA512|CRC32|MURMUR3_32|MURMUR3_128",
     "How the checksum is computed"},
    {"chunk", "integer", "Which piece, from 0"},
    {"clientKeys", "string", "Names of client attributes, separated by commas"},
    {"customerTitle", "string", "The title exactly"},
    {"deleteAllDataForKeys", "boolean", "All data of the keys, whatever its time"},
    {"deleteLatest", "boolean", "The latest values too"},
    {"device", "string", "A device's name, identifier or token"},
    {"deviceIds", "string", "Identifiers, separated by commas"},
    {"deviceName", "string", "The name exactly; the answer is then one device"},
    {"deviceProfileId", "string", "Only devices of this profile"},
    {"endTime", "integer", "Not after this time, in milliseconds"},
    {"endTs", "integer", "Before this time, in milliseconds"},
    {"entities", "string", "Identifiers, separated by commas"},
    {"entityId", "string", "Identifier of the entity"},
    {"entityType", "string", "Kind of the entity"},
    {"errors", "boolean", "Only messages that failed"},
    {"filter", "string", "Only devices with that in their identifier"},
    {"folder", "string", "A new folder on the node's machine, by its whole path"},
    {"fromId", "string", "Identifier of the entity that the relation starts at"},
    {"fromType", "DEVICE|CUSTOMER|TENANT", "Kind of the entity that the relation starts at"},
    {"interval", "integer", "Length of an interval in milliseconds"},
    {"intervalType", "MILLISECONDS|WEEK|WEEK_ISO|MONTH|QUARTER", "What an interval is"},
    {"keys", "string", "Names, separated by commas; by default all"},
    {"chain", "string", "Name or identifier of a rule chain"},
    {"here", "string", "Not empty: in a cluster, only of the node that is asked"},
    {"level", "string", "What the node logs: trace, debug, info, warning or error"},
    {"limit", "integer", "How many points of a key at most"},
    {"nameConflictPolicy", "FAIL|UNIQUIFY", "What to do when the name is taken"},
    {"orderBy", "ASC|DESC", "Order of the points by time"},
    {"page", "integer", "Which page, from 0"},
    {"overwrite", "boolean", "Chains of the same names are replaced"},
    {"pageSize", "integer", "How many items a page has, from 1 to 10000"},
    {"relationType", "string", "Only relations of this type"},
    {"relationTypeGroup", "string", "COMMON; there are none of others"},
    {"rewriteLatestIfDeleted", "boolean", "The latest value becomes the newest one that is left"},
    {"rpcStatus", "QUEUED|SENT|DELIVERED|SUCCESSFUL|TIMEOUT|EXPIRED|FAILED",
     "Only RPCs of this status"},
    {"rule", "string", "Identifier of a rule node; name or identifier of a rule chain"},
    {"ruleChainIds", "string", "Identifiers, separated by commas"},
    {"scriptLang", "JS|TBEL", "The script's language"},
    {"searchStatus", "ANY|ACTIVE|CLEARED|ACK|UNACK", "Only alarms of this state"},
    {"sendActivationMail", "boolean", "Without effect: no mail is sent"},
    {"severityList", "string", "Only alarms of these severities, separated by commas"},
    {"sharedKeys", "string", "Names of shared attributes, separated by commas"},
    {"size", "integer", "Bytes of a piece"},
    {"sort", "rate|load|queue|idle|memory", "What the devices are ordered by"},
    {"sortOrder", "ASC|DESC", "Direction of the order"},
    {"sortProperty", "string", "What the list is ordered by; by default the time of creation"},
    {"startTime", "integer", "Not before this time, in milliseconds"},
    {"startTs", "integer", "Not before this time, in milliseconds"},
    {"tenantId", "string", "Without effect: the caller's own"},
    {"status", "ACTIVE_UNACK|ACTIVE_ACK|CLEARED_UNACK|CLEARED_ACK", "Only alarms of this status"},
    {"statusList", "string", "Only alarms of these states, separated by commas"},
    {"textSearch", "string", "Part of a name, in any case"},
    {"timeZone", "string", "Where calendar intervals begin, by its IANA name"},
    {"timeout", "integer", "How long to wait, in milliseconds"},
    {"title", "string", "The title that the device was told"},
    {"toId", "string", "Identifier of the entity that the relation leads to"},
    {"toType", "DEVICE|CUSTOMER|TENANT", "Kind of the entity that the relation leads to"},
    {"transportType", "DEFAULT|MQTT|COAP|LWM2M|SNMP", "Only profiles of this transport"},
    {"type", "string", "Only items of this type"},
    {"typeList", "string", "Only alarms of these types, separated by commas"},
    {"types", "string", "Only items of these types, separated by commas"},
    {"uniquifySeparator", "string", "Between the name and what makes it unique"},
    {"uniquifyStrategy", "RANDOM|INCREMENTAL", "What makes a name unique"},
    {"updateRelated", "boolean", "Other chains follow outputs of this one that are renamed"},
    {"useStrictDataTypes", "boolean", "Values in their own types instead of text"},
    {"version", "string", "The version that the device was told"},
};

constexpr parameter path_parameters[] = {
    {"alarmId", "uuid", "Identifier of the alarm"},
    {"commentId", "uuid", "Identifier of the comment"},
    {"calculatedFieldId", "uuid", "Identifier of the calculated field"},
    {"customerId", "uuid", "Identifier of the customer"},
    {"deviceId", "uuid", "Identifier of the device"},
    {"deviceName", "string", "Name of the device"},
    {"deviceProfileId", "uuid", "Identifier of the device profile"},
    {"entityId", "uuid", "Identifier of the entity"},
    {"entityType",
     "DEVICE|DEVICE_PROFILE|TENANT|CUSTOMER|USER|OTA_PACKAGE|RPC|RULE_CHAIN|RULE_NODE|ALARM",
     "Kind of the entity"},
    {"id", "integer", "Number of the RPC"},
    {"otaPackageId", "uuid", "Identifier of the package"},
    {"eventType", "string", "DEBUG_RULE_NODE or LC_EVENT; there are none of others"},
    {"relationType", "string", "Type of the relation"},
    {"ruleChainId", "uuid", "Identifier of the rule chain"},
    {"rpcId", "uuid", "Identifier of the persistent RPC"},
    {"ruleNodeId", "uuid", "Identifier of the rule node"},
    {"scope", "string", "CLIENT_SCOPE, SHARED_SCOPE or SERVER_SCOPE; for telemetry any text"},
    {"tenantId", "uuid", "Identifier of the tenant"},
    {"token", "string",
     "The device's access token, or `me` with `X-Authorization: Bearer <token>`"},
    {"ttl", "integer", "Time to live in seconds"},
    {"type", "FIRMWARE|SOFTWARE", "Kind of the package"},
    {"userId", "uuid", "Identifier of the user"},
    {"what", "string", "What is asked: `status`, `device`, ..."},
};

json type_of(std::string_view type) {
  if (type == "uuid") {
    return {{"type", "string"}, {"format", "uuid"}};
  }
  if (type == "integer") {
    return {{"type", "integer"}, {"format", "int64"}};
  }
  if (type.find('|') == std::string_view::npos) {
    return {{"type", type}};
  }
  json values = json::array();
  while (!type.empty()) {
    const auto end = std::min(type.find('|'), type.size());
    values.push_back(type.substr(0, end));
    type.remove_prefix(std::min(end + 1, type.size()));
  }
  return {{"type", "string"}, {"enum", std::move(values)}};
}

template <class Table>
json find(const Table& table, std::string_view name, std::string_view place, bool required) {
  for (const parameter& known : table) {
    if (known.name == name) {
      return {{"name", name},
              {"in", place},
              {"required", required},
              {"description", known.description},
              {"schema", type_of(known.type)}};
    }
  }
  throw std::logic_error{"no such parameter: " + std::string{name}};
}

} // namespace

json query_parameter(std::string_view name, bool required) {
  return find(query_parameters, name, "query", required);
}

json path_parameter(std::string_view name) {
  return find(path_parameters, name, "path", true);
}

} // namespace muster::http::openapi
