#include "http/openapi/parts.hpp"

#include <string>

namespace muster::http::openapi {

namespace {

/// A schema in short: members as `name:type`, separated by blanks. Types: text, int, number, bool,
/// any, Name of another schema, [type] for an array; `?` behind one says that it may be null.
struct short_schema {
  std::string_view name;
  std::string_view members;
};

constexpr short_schema short_schemas[] = {
    {"EntityId", "entityType:text id:uuid"},
    {"Error", "status:int message:text errorCode:int timestamp:int"},
    {"LoginRequest", "username:text password:text"},
    {"RefreshRequest", "refreshToken:text"},
    {"TokenPair", "token:text refreshToken:text"},
    {"ChangePasswordRequest", "currentPassword:text newPassword:text"},
    {"ActivateRequest", "activateToken:text password:text"},
    {"User", "id:EntityId createdTime:int additionalInfo:any tenantId:EntityId "
             "customerId:EntityId email:text authority:text firstName:text? lastName:text? "
             "phone:text? version:int name:text ownerId:EntityId"},
    {"Tenant", "id:EntityId createdTime:int country:text? state:text? city:text? address:text? "
               "address2:text? zip:text? phone:text? email:text? title:text region:text? "
               "tenantProfileId:EntityId? version:int name:text additionalInfo:any"},
    {"Customer", "id:EntityId createdTime:int country:text? state:text? city:text? address:text? "
                 "address2:text? zip:text? phone:text? email:text? title:text tenantId:EntityId "
                 "externalId:EntityId? version:int name:text additionalInfo:any"},
    {"CustomerShortInfo", "title:text isPublic:bool"},
    {"DeviceProfile",
     "id:EntityId createdTime:int tenantId:EntityId name:text description:text? image:text? "
     "type:text transportType:text provisionType:text defaultRuleChainId:EntityId? "
     "defaultDashboardId:EntityId? defaultQueueName:text? provisionDeviceKey:text? "
     "firmwareId:EntityId? softwareId:EntityId? defaultEdgeRuleChainId:EntityId? "
     "externalId:EntityId? version:int default:bool profileData:any"},
    {"DeviceProfileInfo", "id:EntityId name:text image:text? defaultDashboardId:EntityId? "
                          "type:text transportType:text tenantId:EntityId"},
    {"EntityName", "id:EntityId name:text"},
    {"EntitySubtype", "tenantId:EntityId entityType:text type:text"},
    {"Device", "id:EntityId createdTime:int additionalInfo:any tenantId:EntityId "
               "customerId:EntityId name:text type:text label:text? deviceProfileId:EntityId "
               "firmwareId:EntityId? softwareId:EntityId? externalId:EntityId? version:int "
               "ownerId:EntityId deviceData:any"},
    {"DeviceInfo", "id:EntityId createdTime:int additionalInfo:any tenantId:EntityId "
                   "customerId:EntityId name:text type:text label:text? deviceProfileId:EntityId "
                   "firmwareId:EntityId? softwareId:EntityId? externalId:EntityId? version:int "
                   "ownerId:EntityId deviceData:any customerTitle:text? customerIsPublic:bool "
                   "deviceProfileName:text active:bool"},
    {"CredentialsId", "id:uuid"},
    {"Credentials", "id:CredentialsId createdTime:int deviceId:EntityId credentialsType:text "
                    "credentialsId:text credentialsValue:text? version:int"},
    {"DeviceWithCredentials", "device:Device credentials:Credentials"},
    {"Connectivity", "http:any"},
    {"ClaimRequest", "secretKey:text?"},
    {"ClaimResult", "device:Device response:text"},
    {"AuditLogId", "id:uuid"},
    {"AuditLog", "id:AuditLogId createdTime:int tenantId:EntityId customerId:EntityId "
                 "entityId:EntityId entityName:text userId:EntityId userName:text "
                 "clientAddress:text actionType:text actionData:any actionStatus:text "
                 "actionFailureDetails:text"},
    {"Cluster", "shardCount:int nodes:[ClusterNode] shards:[ClusterShard]"},
    {"ClusterNode", "id:text generation:int address:text status:text shards:int lastHeartbeat:int"},
    {"ClusterShard", "shard:int epoch:int owner:text"},
    {"Attribute", "lastUpdateTs:int key:text value:any"},
    {"RpcRequest", "method:text params:any? timeout:int? expirationTime:int? persistent:bool? "
                   "retries:int? additionalInfo:any? requestUUID:uuid?"},
    {"Rpc", "id:EntityId createdTime:int tenantId:EntityId deviceId:EntityId expirationTime:int "
            "request:any response:any status:text additionalInfo:any"},
    {"OtaPackage",
     "id:EntityId createdTime:int tenantId:EntityId deviceProfileId:EntityId? type:text "
     "title:text version:text tag:text? url:text? hasData:bool fileName:text? contentType:text? "
     "checksumAlgorithm:text? checksum:text? dataSize:int? additionalInfo:any "
     "externalId:EntityId? name:text"},
    {"OtaRollout", "devices:int told:int running:bool states:any"},
    {"OtaUpload", "file:binary checksumAlgorithm:text? checksum:text?"},
    {"RuleChain", "id:EntityId createdTime:int tenantId:EntityId name:text type:text "
                  "firstRuleNodeId:EntityId? root:bool debugMode:bool configuration:any "
                  "additionalInfo:any externalId:EntityId? version:int"},
    {"RuleNode", "id:EntityId? createdTime:int ruleChainId:EntityId type:text name:text "
                 "debugSettings:DebugSettings? singletonMode:bool queueName:text? "
                 "configurationVersion:int configuration:any additionalInfo:any "
                 "externalId:EntityId? active:bool warning:text"},
    {"DebugSettings", "failuresEnabled:bool allEnabled:bool allEnabledUntil:int"},
    {"RuleConnection", "fromIndex:int toIndex:int type:text"},
    {"RuleChainMetaData", "ruleChainId:EntityId version:int firstNodeIndex:int? "
                          "nodes:[RuleNode] connections:[RuleConnection] "
                          "ruleChainConnections:any"},
    {"RuleEventBody",
     "server:text type:text? entityId:text? entityType:text? msgId:text? msgType:text? "
     "dataType:text? relationType:text? data:text? metadata:text? error:text? "
     "event:text? success:bool?"},
    {"RuleEvent", "id:any createdTime:int tenantId:EntityId entityId:EntityId type:text uid:text "
                  "body:RuleEventBody"},
    {"RuleEventFilter",
     "eventType:text? msgDirectionType:text? isError:bool? errorStr:text? "
     "entityId:text? msgId:text? msgType:text? relationType:text? dataSearch:text? "
     "metadataSearch:text?"},
    {"RuleChainName", "name:text"},
    {"ScriptTest",
     "script:text scriptType:text argNames:any? msg:text metadata:any? msgType:text?"},
    {"ScriptOutcome", "output:text error:text"},
    {"CalculatedField", "id:EntityId createdTime:int tenantId:EntityId entityId:EntityId type:text "
                        "name:text debugSettings:any configurationVersion:int configuration:any "
                        "version:int additionalInfo:any"},
    {"RuleChainData", "ruleChains:[RuleChain] metadata:[RuleChainMetaData]"},
    {"RuleChainImportResult", "ruleChainId:EntityId ruleChainName:text updated:bool?"},
    {"RuleChainLabelsUsage", "ruleChainId:EntityId ruleNodeId:EntityId ruleChainName:text "
                             "ruleNodeName:text labels:[text]"},
    {"Relation", "from:EntityId to:EntityId type:text typeGroup:text? additionalInfo:any?"},
    {"RelationInfo", "from:EntityId to:EntityId type:text typeGroup:text additionalInfo:any "
                     "fromName:text? toName:text?"},
    {"Alarm", "id:EntityId? createdTime:int? tenantId:EntityId? customerId:EntityId? type:text "
              "originator:EntityId severity:text acknowledged:bool? cleared:bool? "
              "assigneeId:EntityId? startTs:int? endTs:int? ackTs:int? clearTs:int? assignTs:int? "
              "details:any? propagate:bool? propagateToOwner:bool? propagateToTenant:bool? "
              "propagateRelationTypes:[text]? status:text? name:text?"},
    {"AlarmInfo",
     "id:EntityId createdTime:int tenantId:EntityId customerId:EntityId type:text "
     "originator:EntityId severity:text acknowledged:bool cleared:bool assigneeId:EntityId? "
     "startTs:int endTs:int ackTs:int clearTs:int assignTs:int details:any propagate:bool "
     "propagateToOwner:bool propagateToTenant:bool propagateRelationTypes:[text] status:text "
     "name:text originatorName:text originatorLabel:text? originatorDisplayName:text "
     "assignee:AlarmAssignee?"},
    {"AlarmAssignee", "id:EntityId firstName:text? lastName:text? email:text?"},
    {"AlarmType", "tenantId:EntityId entityType:text type:text"},
    {"AlarmComment", "id:EntityId? createdTime:int? alarmId:EntityId? userId:EntityId? type:text? "
                     "comment:any"},
    {"DeviceAttributes", "client:any? shared:any?"},
    {"DeviceRpc", "id:int method:text params:any"},
    {"ClientRpc", "method:text params:any?"},
    {"DeviceClaim", "secretKey:text? durationMs:int?"},
    {"ProvisionRequest",
     "deviceName:text? provisionDeviceKey:text provisionDeviceSecret:text credentialsType:text? "
     "token:text? clientId:text? username:text? password:text? hash:text? gateway:bool?"},
    {"ProvisionResult", "status:text credentialsType:text? credentialsValue:any? errorMsg:text?"},
    {"Health", "status:text"},
};

json type_schema(std::string_view type) {
  if (type.ends_with('?')) {
    json inner = type_schema(type.substr(0, type.size() - 1));
    if (inner.contains("$ref")) {
      return {{"nullable", true}, {"allOf", json::array({std::move(inner)})}};
    }
    inner["nullable"] = true;
    return inner;
  }
  if (type.starts_with('[')) {
    return {{"type", "array"}, {"items", type_schema(type.substr(1, type.size() - 2))}};
  }
  if (type == "text") {
    return {{"type", "string"}};
  }
  if (type == "int") {
    return {{"type", "integer"}, {"format", "int64"}};
  }
  if (type == "bool") {
    return {{"type", "boolean"}};
  }
  if (type == "uuid" || type == "binary") {
    return {{"type", "string"}, {"format", type}};
  }
  if (type == "any") {
    return json::object();
  }
  return {{"$ref", "#/components/schemas/" + std::string{type}}};
}

json expand(std::string_view members) {
  json properties = json::object();
  while (!members.empty()) {
    const auto end = std::min(members.find(' '), members.size());
    const auto member = members.substr(0, end);
    members.remove_prefix(std::min(end + 1, members.size()));
    const auto colon = member.find(':');
    properties[std::string{member.substr(0, colon)}] = type_schema(member.substr(colon + 1));
  }
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

json expand_all() {
  json all = json::object();
  for (const short_schema& each : short_schemas) {
    all[std::string{each.name}] = expand(each.members);
  }
  // Names that clients choose, and their values.
  all["Values"] = {{"type", "object"}, {"additionalProperties", json::object()}};
  all["Telemetry"] = {
      {"description", "One object of values, one with `ts` and `values`, or an array of both"}};
  all["Series"] = {
      {"type", "object"},
      {"additionalProperties", {{"type", "array"}, {"items", expand("ts:int value:any?")}}}};
  all["Any"] = {{"description", "Any JSON"}};
  return all;
}

} // namespace

const json& schemas() {
  static const json all = expand_all();
  return all;
}

json schema_of(std::string_view what) {
  if (!what.starts_with('{')) {
    return type_schema(what);
  }
  const auto item = what.substr(1, what.size() - 2);
  json page = expand("totalPages:int totalElements:int hasNext:bool");
  page["properties"]["data"] = {{"type", "array"}, {"items", type_schema(item)}};
  return page;
}

} // namespace muster::http::openapi
