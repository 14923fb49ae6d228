#include "actors/rules/chains/default_chain.hpp"
#include "actors/rules/chains/graph_checks.hpp"
#include "actors/rules/chains/node_faults.hpp"
#include "actors/rules/chains/node_upgrades.hpp"
#include "tests/actors_rules_chains/chains.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

namespace muster::test {

namespace {

using plain_json = nlohmann::json;

rule_node old_node(const char* type, const char* configuration, std::uint32_t version = 0) {
  rule_node node;
  node.type = std::string(node_class_package) + type;
  node.name = "Old";
  node.configuration_version = version;
  node.configuration.text = configuration;
  return node;
}

/// Upgrades, and compares with what is expected of the present version.
void check_upgrade(const char* type, const char* before, const char* after,
                   std::uint32_t version = 0) {
  INFO(type << ' ' << before);
  auto node = old_node(type, before, version);
  upgrade(node);
  CHECK(node.configuration_version == find_node_class(node.type)->version);
  CHECK(plain_json::parse(node.configuration.text) == plain_json::parse(after));
  const auto once = node;
  upgrade(node);
  CHECK(node == once);
}

} // namespace

TEST_CASE("configurations of older exports are brought to the present version") {
  check_upgrade("metadata.TbGetAttributesNode", R"({"fetchToData":true,"a":[1]})",
                R"({"a":[1],"fetchTo":"DATA"})");
  check_upgrade("metadata.TbGetDeviceAttrNode", R"({"fetchToData":"false"})",
                R"({"fetchTo":"METADATA"})");
  check_upgrade("metadata.TbGetOriginatorFieldsNode", R"({"fieldsMapping":{"name":"n"}})",
                R"({"dataMapping":{"name":"n"},"fetchTo":"METADATA"})");
  for (const auto* type :
       {"metadata.TbGetRelatedAttributeNode", "metadata.TbGetCustomerAttributeNode",
        "metadata.TbGetTenantAttributeNode"}) {
    check_upgrade(
        type, R"({"attrMapping":{"a":"b"},"telemetry":true})",
        R"({"dataMapping":{"a":"b"},"dataToFetch":"LATEST_TELEMETRY","fetchTo":"METADATA"})");
    check_upgrade(type, R"({"attrMapping":{},"telemetry":false})",
                  R"({"dataMapping":{},"dataToFetch":"ATTRIBUTES","fetchTo":"METADATA"})");
  }
  check_upgrade("transform.TbCopyKeysNode", R"({"fromMetadata":true,"keys":["a"]})",
                R"({"copyFrom":"METADATA","keys":["a"]})");
  check_upgrade("transform.TbRenameKeysNode", R"({"fromMetadata":false})",
                R"({"renameIn":"DATA"})");
  check_upgrade("transform.TbDeleteKeysNode", R"({"dataToFetch":"METADATA"})",
                R"({"deleteFrom":"METADATA"})", 1);
  check_upgrade("filter.TbCheckRelationNode", R"({"direction":"FROM"})", R"({"direction":"TO"})");
  check_upgrade("filter.TbCheckRelationNode", R"({"direction":"TO"})", R"({"direction":"FROM"})");
  check_upgrade("flow.TbRuleChainInputNode", R"({"ruleChainId":"x"})",
                R"({"ruleChainId":"x","forwardMsgToDefaultRuleChain":false})");
  check_upgrade("metadata.CalculateDeltaNode", "{}", R"({"excludeZeroDeltas":false})");
  check_upgrade("rest.TbRestApiCallNode", R"({"trimDoubleQuotes":true,"maxQueueSize":0})",
                R"({"parseToPlainText":true,"maxInMemoryBufferSizeInKb":256,)"
                R"("requestBodyTemplate":null})");
}

TEST_CASE("nodes that save get the settings that they had without saying so") {
  check_upgrade("telemetry.TbMsgAttributesNode", R"({"scope":"SERVER_SCOPE"})",
                R"({"scope":"SERVER_SCOPE","updateAttributesOnlyOnValueChange":false,)"
                R"("notifyDevice":true,"sendAttributesUpdatedNotification":false,)"
                R"("processingSettings":{"type":"ON_EVERY_MESSAGE"}})");
  check_upgrade("telemetry.TbMsgAttributesNode",
                R"({"notifyDevice":"false","updateAttributesOnlyOnValueChange":true})",
                R"({"updateAttributesOnlyOnValueChange":true,"notifyDevice":false,)"
                R"("sendAttributesUpdatedNotification":false,)"
                R"("processingSettings":{"type":"ON_EVERY_MESSAGE"}})",
                1);
  check_upgrade("telemetry.TbMsgTimeseriesNode", R"({"skipLatestPersistence":false})",
                R"({"processingSettings":{"type":"ON_EVERY_MESSAGE"}})");
  check_upgrade("telemetry.TbMsgTimeseriesNode", R"({"skipLatestPersistence":true})",
                R"({"processingSettings":{"type":"ADVANCED",)"
                R"("timeseries":{"type":"ON_EVERY_MESSAGE"},"latest":{"type":"SKIP"},)"
                R"("webSockets":{"type":"ON_EVERY_MESSAGE"},)"
                R"("calculatedFields":{"type":"ON_EVERY_MESSAGE"}}})");
}

TEST_CASE("a queue leaves the configuration for its node") {
  auto node = old_node("debug.TbMsgGeneratorNode", R"({"queueName":"HighPriority"})");
  upgrade(node);
  CHECK(node.queue_name == "HighPriority");
  CHECK(node.configuration.text == R"({"originatorType":"RULE_NODE"})");
  node = old_node("flow.TbCheckpointNode", R"({"queueName":"Main"})");
  node.queue_name = "Own";
  upgrade(node);
  CHECK(node.queue_name == "Own");
  CHECK(node.configuration.text == "{}");
}

TEST_CASE("telemetry is read in the order that its mode implied") {
  check_upgrade("metadata.TbGetTelemetryNode", R"({"fetchMode":"FIRST"})",
                R"({"fetchMode":"FIRST","orderBy":"ASC","aggregation":"NONE","limit":1000})");
  check_upgrade("metadata.TbGetTelemetryNode", R"({"fetchMode":"odd","limit":5})",
                R"({"fetchMode":"LAST","orderBy":"DESC","aggregation":"NONE","limit":5})");
  check_upgrade("metadata.TbGetTelemetryNode", R"({"fetchMode":"ALL","orderBy":"DESC"})",
                R"({"fetchMode":"ALL","orderBy":"DESC","aggregation":"NONE","limit":1000})");
}

TEST_CASE("what cannot be upgraded stays, and says why it is inactive") {
  auto node = old_node("metadata.TbGetAttributesNode", R"({"fetchToData":7})");
  const auto before = node;
  upgrade(node);
  CHECK(node == before);
  CHECK(why_inactive(node) ==
        "'configuration' is of version 0 and lacks what version 1 is made of");
  node = old_node("transform.TbCopyKeysNode", "[]");
  upgrade(node);
  CHECK(node.configuration.text == "[]");
  CHECK(why_inactive(node) == "'configuration' must be an object");
  node = old_node("kafka.TbUnheardOfNode", "{}");
  upgrade(node);
  CHECK(why_inactive(node) == "'type' names an unknown class");
  node.type = "TbAckNode";
  CHECK(why_inactive(node) == "'type' names an unknown class");
  node = old_node("flow.TbRuleChainInputNode", R"({"ruleChainId":"somewhere"})", 1);
  CHECK(why_inactive(node) == "'ruleChainId' must name a rule chain");
  node.configuration.text = R"({"forwardMsgToDefaultRuleChain":true})";
  CHECK_FALSE(why_inactive(node).has_value());
  CHECK_FALSE(why_inactive(entering(1)).has_value());
}

TEST_CASE("newer configurations stay as they are") {
  auto node = old_node("filter.TbCheckRelationNode", R"({"direction":"FROM"})", 7);
  const auto before = node;
  upgrade(node);
  CHECK(node == before);
}

TEST_CASE("a tenant's first chain is as it must be") {
  const auto chain = default_root_chain(tenant_id{uuid{{1}}}, 5);
  CHECK(chain.root);
  CHECK(chain.name == "Root Rule Chain");
  CHECK(chain.created == 5);
  CHECK(chain.first_node == 2U);
  CHECK(check_graph(chain).has_value());
  CHECK(std::ranges::is_sorted(chain.connections));
  REQUIRE(chain.nodes.size() == 6);
  for (const auto& node : chain.nodes) {
    CHECK_FALSE(why_inactive(node).has_value());
    CHECK(plain_json::accept(node.configuration.text));
    CHECK(plain_json::accept(node.additional_info.text));
  }
  const auto logged = plain_json::parse(chain.nodes[3].configuration.text)["jsScript"];
  CHECK(logged.get<std::string>().starts_with("return '\\nIncoming message:\\n' + "));
}

} // namespace muster::test
