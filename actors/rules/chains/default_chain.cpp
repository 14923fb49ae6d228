#include "actors/rules/chains/default_chain.hpp"

#include "actors/rules/chains/node_classes.hpp"

#include <utility>

namespace muster {

namespace {

/// Both languages have the same text.
constexpr const char* log_configuration =
    R"({"scriptLang":"TBEL",)"
    R"("jsScript":"return '\\nIncoming message:\\n' + JSON.stringify(msg) + )"
    R"('\\nIncoming metadata:\\n' + JSON.stringify(metadata);",)"
    R"("tbelScript":"return '\\nIncoming message:\\n' + JSON.stringify(msg) + )"
    R"('\\nIncoming metadata:\\n' + JSON.stringify(metadata);"})";

struct default_node {
  const char* name;
  /// Without the package.
  const char* type;
  const char* configuration;
  const char* layout;
};

constexpr default_node default_nodes[] = {
    {"Save Timeseries", "telemetry.TbMsgTimeseriesNode",
     R"({"defaultTTL":0,"useServerTs":false,"processingSettings":{"type":"ON_EVERY_MESSAGE"}})",
     R"({"layoutX":824,"layoutY":156})"},
    {"Save Client Attributes", "telemetry.TbMsgAttributesNode",
     R"({"processingSettings":{"type":"ON_EVERY_MESSAGE"},"scope":"CLIENT_SCOPE",)"
     R"("notifyDevice":false,"sendAttributesUpdatedNotification":false,)"
     R"("updateAttributesOnlyOnValueChange":true})",
     R"({"layoutX":825,"layoutY":52})"},
    {"Message Type Switch", "filter.TbMsgTypeSwitchNode", R"({"version":0})",
     R"({"layoutX":347,"layoutY":149})"},
    {"Log RPC from Device", "action.TbLogNode", log_configuration,
     R"({"layoutX":825,"layoutY":266})"},
    {"Log Other", "action.TbLogNode", log_configuration, R"({"layoutX":825,"layoutY":379})"},
    {"RPC Call Request", "rpc.TbSendRPCRequestNode", R"({"timeoutInSeconds":60})",
     R"({"layoutX":825,"layoutY":468})"},
};

} // namespace

rule_chain default_chain(const tenant_id& tenant, std::string name, timestamp now) {
  rule_chain made;
  made.id = rule_chain_id{ordered_uuid(now)};
  made.created = now;
  made.tenant = tenant;
  made.name = std::move(name);
  for (const auto& from : default_nodes) {
    rule_node node;
    node.id = rule_node_id{ordered_uuid(now)};
    node.created = now;
    node.type = std::string(node_class_package) + from.type;
    node.name = from.name;
    node.configuration_version = find_node_class(node.type)->version;
    node.configuration.text = from.configuration;
    node.additional_info.text = from.layout;
    made.nodes.push_back(std::move(node));
  }
  made.first_node = 2;
  made.connections = {{2, 0, "Post telemetry"},
                      {2, 1, "Post attributes"},
                      {2, 3, "RPC Request from Device"},
                      {2, 4, "Other"},
                      {2, 5, "RPC Request to Device"}};
  return made;
}

rule_chain default_root_chain(const tenant_id& tenant, timestamp now) {
  rule_chain made = default_chain(tenant, "Root Rule Chain", now);
  made.root = true;
  return made;
}

} // namespace muster
