#include "tests/http_rest_api/caller.hpp"

#include <algorithm>

namespace muster::http::rest::test {

namespace {

const std::string chain_base = "/api/ruleChain";
const std::string engine = "org.thingsboard.rule.engine.";

std::string chain_path(const json& chain) {
  return chain_base + "/" + id_of(chain);
}

json chain_named(caller& by, const std::string& name) {
  return by.posted(chain_base, json{{"name", name}}.dump());
}

json graph_node(const std::string& type, const std::string& name, const json& configuration) {
  return {{"type", engine + type},
          {"name", name},
          {"configurationVersion", 9},
          {"configuration", configuration}};
}

json graph_of(const json& chain, const json& nodes, const json& connections) {
  return {{"ruleChainId", chain["id"]},
          {"firstNodeIndex", nodes.empty() ? json(nullptr) : json(0)},
          {"nodes", nodes},
          {"connections", connections},
          {"ruleChainConnections", nullptr}};
}

json link(int from, int to, const std::string& type) {
  return {{"fromIndex", from}, {"toIndex", to}, {"type", type}};
}

} // namespace

TEST_CASE("A rule chain is made, read, changed and deleted") {
  auto application = demo_node::shared().tenant();
  const auto made = application.posted(
      chain_base, R"({"name":"Pumps","type":"CORE","debugMode":true,"configuration":{"b":1,"a":2},)"
                  R"("additionalInfo":{"description":"d"}})");
  CHECK(made["id"]["entityType"] == "RULE_CHAIN");
  CHECK(made["type"] == "CORE");
  CHECK(made["root"] == false);
  CHECK(made["debugMode"] == true);
  CHECK(made["firstRuleNodeId"].is_null());
  CHECK(made["version"] == 1);
  CHECK(application.got(chain_path(made)) == made);
  auto shown = made;
  shown["name"] = "Valves";
  const auto changed = application.posted(chain_base, shown.dump());
  CHECK(changed["version"] == 2);
  CHECK(changed["additionalInfo"]["description"] == "d");
  CHECK(application.post(chain_base, shown.dump()).status == 409);

  const auto listed = application.got(
      "/api/ruleChains?type=CORE&pageSize=5&page=0&textSearch=VALV&sortProperty=name");
  REQUIRE(listed["totalElements"] == 1);
  CHECK(listed["data"][0] == changed);
  CHECK(application.got("/api/ruleChains?type=EDGE&pageSize=5&page=0")["data"].empty());
  const std::string several = "?ruleChainIds=" + id_of(made) + "," + nobody;
  CHECK(application.got("/api/ruleChains" + several) == json::array({changed}));
  CHECK(application.got("/api/ruleChains/list" + several) == json::array({changed}));
  CHECK(application.remove(chain_path(made)).status == 200);
  check_fault(application.get(chain_path(made)), 404, 32,
              "Rule chain with id [" + id_of(made) + "] is not found");
  check_fault(application.remove(chain_path(made)), 404, 32,
              "Rule chain with id [" + id_of(made) + "] is not found");
}

TEST_CASE("What is wrong with a rule chain is told") {
  auto application = demo_node::shared().tenant();
  const auto refused = [&](const std::string& body, const std::string& why) {
    check_fault(application.post(chain_base, body), 400, 31, why);
  };
  refused("", "Required request body is missing");
  refused("{}", "Rule chain name should be specified!");
  refused(R"({"name":"  "})", "Rule chain name should be specified!");
  refused(R"({"name":7})", "'name' must be a string");
  refused("[]", "The body must be an object");
  refused(R"({"name":"E","type":"EDGE"})", "'type' must be CORE");
  refused(R"({"name":"R","root":true})",
          "Another root rule chain is present in scope of current tenant!");
  CHECK(application.post(chain_base, "{").status == 400);
  CHECK(application.post(chain_base, std::string(100'000, '[')).status == 400);
}

TEST_CASE("A tenant begins with the default root chain") {
  auto application = demo_node::shared().tenant();
  const auto listed = application.got(
      "/api/ruleChains?pageSize=100&page=0&textSearch=Root%20Rule%20Chain&sortProperty=root")
                          ["data"];
  REQUIRE(listed.size() == 1);
  const auto& root = listed[0];
  CHECK(root["root"] == true);
  const auto graph = application.got(chain_path(root) + "/metadata");
  CHECK(graph["firstNodeIndex"] == 2);
  REQUIRE(graph["nodes"].size() == 6);
  CHECK(root["firstRuleNodeId"] == graph["nodes"][2]["id"]);
  CHECK(graph["nodes"][0]["type"] == engine + "telemetry.TbMsgTimeseriesNode");
  CHECK(graph["nodes"][1]["configurationVersion"] == 3);
  CHECK(graph["nodes"][3]["configuration"]["scriptLang"] == "TBEL");
  for (const auto& node : graph["nodes"]) {
    INFO(node.dump());
    CHECK_FALSE(node.contains("warning"));
  }
  CHECK(graph["connections"] ==
        json::array({link(2, 0, "Post telemetry"), link(2, 1, "Post attributes"),
                     link(2, 3, "RPC Request from Device"), link(2, 4, "Other"),
                     link(2, 5, "RPC Request to Device")}));
  CHECK(graph["ruleChainConnections"].is_null());
  check_fault(application.remove(chain_path(root)), 400, 31,
              "Deletion of Tenant Root Rule Chain is prohibited!");

  const auto copy = application.posted(chain_base + "/device/default", R"({"name":"Copy"})");
  CHECK(copy["root"] == false);
  CHECK(application.got(chain_path(copy) + "/metadata")["connections"] == graph["connections"]);
  CHECK(application.posted(chain_path(copy) + "/root", "")["root"] == true);
  CHECK(application.got(chain_path(root))["root"] == false);
  CHECK(application.posted(chain_path(root) + "/root", "")["root"] == true);
  CHECK(application.posted(chain_path(root) + "/root", "")["root"] == true);
  CHECK(application.remove(chain_path(copy)).status == 200);
  check_fault(application.post(chain_base + "/device/default", "{}"), 400, 31,
              "Rule chain name should be specified!");
}

TEST_CASE("A graph is replaced, and nodes that cannot run are shown") {
  auto application = demo_node::shared().tenant();
  const auto chain = chain_named(application, "Graph");
  const auto filter = graph_node("filter.TbJsFilterNode", "Hot",
                                 {{"scriptLang", "JS"}, {"jsScript", "return msg.t > 30;"}});
  const auto unread = graph_node("filter.TbJsFilterNode", "Unread",
                                 {{"scriptLang", "COBOL"}, {"jsScript", "return true;"}});
  const auto unknown = graph_node("kafka.TbKafkaNode", "Elsewhere", json::object());
  const auto saved = application.posted(
      chain_base + "/metadata", graph_of(chain, {filter, unread, unknown},
                                         json::array({link(0, 2, "True"), link(0, 1, "False")}))
                                    .dump());
  CHECK(saved["version"] == 2);
  CHECK(saved["ruleChainId"] == chain["id"]);
  REQUIRE(saved["nodes"].size() == 3);
  CHECK_FALSE(saved["nodes"][0].contains("active"));
  CHECK(saved["nodes"][0]["debugSettings"].is_null());
  CHECK(saved["nodes"][0]["queueName"].is_null());
  CHECK(saved["nodes"][1]["active"] == false);
  CHECK(saved["nodes"][1]["warning"].get<std::string>().find("scriptLang") != std::string::npos);
  CHECK(saved["nodes"][2]["active"] == false);
  CHECK(saved["nodes"][2]["warning"] == "'type' names an unknown class");
  CHECK(saved["connections"] == json::array({link(0, 1, "False"), link(0, 2, "True")}));
  CHECK(application.got(chain_path(chain) + "/metadata") == saved);
  CHECK(application.got(chain_path(chain))["firstRuleNodeId"] == saved["nodes"][0]["id"]);

  // What was read is taken back: nodes that are known stay themselves.
  auto again = saved;
  again["nodes"].erase(1);
  again["connections"] = json::array();
  again["nodes"][0]["debugSettings"] = {{"failuresEnabled", true}, {"allEnabled", true}};
  const auto less = application.posted(chain_base + "/metadata", again.dump());
  CHECK(less["nodes"][0]["id"] == saved["nodes"][0]["id"]);
  CHECK(less["nodes"][1]["id"] == saved["nodes"][2]["id"]);
  CHECK(less["nodes"][0]["debugSettings"]["failuresEnabled"] == true);
  CHECK(less["nodes"][0]["debugSettings"]["allEnabled"] == false);
  CHECK(less["nodes"][0]["debugSettings"]["allEnabledUntil"] > less["nodes"][0]["createdTime"]);
  check_fault(application.post(chain_base + "/metadata", again.dump()), 409, 35,
              "Rule chain was changed by someone else");
  CHECK(application.remove(chain_path(chain)).status == 200);
}

TEST_CASE("What is wrong with a graph is told, and nothing is changed") {
  auto application = demo_node::shared().tenant();
  const auto chain = chain_named(application, "Strict");
  const auto one = graph_node("flow.TbAckNode", "One", json::object());
  const auto two = graph_node("flow.TbAckNode", "Two", json::object());
  const auto refused = [&](const json& nodes, const json& links, const std::string& why) {
    check_fault(application.post(chain_base + "/metadata", graph_of(chain, nodes, links).dump()),
                400, 31, why);
  };
  refused(json::array({one, two}), json::array({link(0, 0, "Success")}),
          "Node 0 'One' is connected to itself");
  refused(json::array({one, two}), json::array({link(0, 1, "Success"), link(1, 0, "Success")}),
          "Node 0 'One' leads back to node 1 'Two'");
  refused(json::array({one}), json::array({link(0, 1, "Success")}),
          "Connection 0: 'toIndex' is 1, but there are 1 nodes");
  refused(json::array({graph_node("flow.TbAckNode", " ", json::object())}), json::array(),
          "Node 0: 'name' must not be blank");
  refused(json::array({one, {{"name", 7}}}), json::array(), "Node 1: 'name' must be a string");
  refused(json::array(
              {graph_node("flow.TbRuleChainInputNode", "Again", {{"ruleChainId", id_of(chain)}})}),
          json::array(),
          "Node 0 'Again' of rule chain 'Strict': 'ruleChainId' leads back to rule chain 'Strict'");
  check_fault(application.post(
                  chain_base + "/metadata",
                  graph_of({{"id", {{"id", nobody}}}}, json::array({one}), json::array()).dump()),
              404, 32, "Rule chain with id [" + nobody + "] is not found");
  CHECK(application.got(chain_path(chain) + "/metadata")["nodes"].empty());
  CHECK(application.remove(chain_path(chain)).status == 200);
}

TEST_CASE("Outputs of a rule chain and those who use them are listed") {
  auto application = demo_node::shared().tenant();
  const auto called = chain_named(application, "Called");
  const auto calling = chain_named(application, "Calling");
  auto graph =
      application.posted(chain_base + "/metadata",
                         graph_of(called,
                                  {graph_node("flow.TbRuleChainOutputNode", "Good", json::object()),
                                   graph_node("flow.TbRuleChainOutputNode", "Bad", json::object())},
                                  json::array())
                             .dump());
  CHECK(application.got(chain_path(called) + "/output/labels") == json({"Bad", "Good"}));
  const auto caller_graph = application.posted(
      chain_base + "/metadata",
      graph_of(calling,
               {graph_node("flow.TbRuleChainInputNode", "Ask", {{"ruleChainId", id_of(called)}}),
                graph_node("flow.TbAckNode", "Take", json::object())},
               json::array({link(0, 1, "Good")}))
          .dump());
  const json usage = {{"ruleChainId", calling["id"]},
                      {"ruleNodeId", caller_graph["nodes"][0]["id"]},
                      {"ruleChainName", "Calling"},
                      {"ruleNodeName", "Ask"},
                      {"labels", {"Good"}}};
  CHECK(application.got(chain_path(called) + "/output/labels/usage") == json::array({usage}));
  graph["nodes"][0]["name"] = "Fine";
  application.posted(chain_base + "/metadata?updateRelated=true", graph.dump());
  CHECK(application.got(chain_path(calling) + "/metadata")["connections"] ==
        json::array({link(0, 1, "Fine")}));
  CHECK(application.remove(chain_path(calling)).status == 200);
  CHECK(application.remove(chain_path(called)).status == 200);
}

TEST_CASE("A profile's rule chain is one of the tenant's, and stays") {
  auto application = demo_node::shared().tenant();
  const auto chain = chain_named(application, "Of a profile");
  const auto with = [&](const std::string& id) {
    return json{{"name", "With a chain"}, {"defaultRuleChainId", reference("RULE_CHAIN", id)}}
        .dump();
  };
  check_fault(application.post("/api/deviceProfile", with(nobody)), 400, 31,
              "Can't assign non-existent rule chain!");
  const auto profile = application.posted("/api/deviceProfile", with(id_of(chain)));
  CHECK(profile["defaultRuleChainId"] == chain["id"]);
  check_fault(application.remove(chain_path(chain)), 400, 31,
              "The rule chain referenced by the device profiles cannot be deleted!");
  CHECK(application.remove("/api/deviceProfile/" + id_of(profile)).status == 200);
  CHECK(application.remove(chain_path(chain)).status == 200);
}

TEST_CASE("Rule chains go to another tenant as a file") {
  demo_node node;
  auto application = node.tenant();
  const auto part = chain_named(application, "Part");
  const auto whole = chain_named(application, "Whole");
  application.posted(chain_base + "/metadata",
                     graph_of(whole,
                              json::array({graph_node("flow.TbRuleChainInputNode", "Ask",
                                                      {{"ruleChainId", id_of(part)}})}),
                              json::array())
                         .dump());
  check_fault(application.get("/api/ruleChains/export"), 400, 31, "Parameter 'limit' is missing");
  CHECK(application.get("/api/ruleChains/export?limit=0").status == 400);
  const auto file = application.got("/api/ruleChains/export?limit=100");
  CHECK(file["ruleChains"].size() == 3);
  CHECK(file["metadata"].size() == 3);
  CHECK_FALSE(file["metadata"][0]["nodes"][0].contains("id"));

  const auto results = application.posted("/api/ruleChains/import?overwrite=true", file.dump());
  REQUIRE(results.size() == 3);
  for (const auto& one : results) {
    CHECK(one["updated"] == true);
  }
  const auto copies = application.posted("/api/ruleChains/import", file.dump());
  std::map<std::string, std::string> made;
  for (const auto& one : copies) {
    CHECK_FALSE(one.contains("updated"));
    made[one["ruleChainName"]] = one["ruleChainId"]["id"];
  }
  CHECK(made.size() == 3);
  CHECK(application.got(chain_base + "/" + made["Root Rule Chain"])["root"] == false);
  const auto graph = application.got(chain_base + "/" + made["Whole"] + "/metadata");
  CHECK(graph["nodes"][0]["configuration"]["ruleChainId"] == made["Part"]);
  check_fault(application.post("/api/ruleChains/import", R"({"ruleChains":[{"name":""}]})"), 400,
              31, "Rule chain name should be specified!");
}

TEST_CASE("An export of an older version is upgraded") {
  auto application = demo_node::shared().tenant();
  const auto chain = chain_named(application, "Old");
  const auto saved = application.posted(
      chain_base + "/metadata",
      json{{"ruleChainId", chain["id"]},
           {"firstNodeIndex", 0},
           {"nodes",
            {{{"type", engine + "telemetry.TbMsgTimeseriesNode"},
              {"name", "Save"},
              {"debugMode", false},
              {"configuration", {{"defaultTTL", 0}, {"skipLatestPersistence", false}}}},
             {{"type", engine + "telemetry.TbMsgAttributesNode"},
              {"name", "Attributes"},
              {"configuration", {{"scope", "SHARED_SCOPE"}}}}}},
           {"connections", json::array()},
           {"ruleChainConnections",
            {{{"fromIndex", 0},
              {"targetRuleChainId", reference("RULE_CHAIN", nobody)},
              {"type", "Success"},
              {"additionalInfo", {{"layoutX", 1}, {"ruleChainNodeId", "x"}}}}}}}
          .dump());
  REQUIRE(saved["nodes"].size() == 3);
  CHECK(saved["nodes"][0]["configurationVersion"] == 1);
  CHECK(saved["nodes"][0]["configuration"] ==
        json({{"defaultTTL", 0}, {"processingSettings", {{"type", "ON_EVERY_MESSAGE"}}}}));
  CHECK(saved["nodes"][1]["configuration"]["notifyDevice"] == true);
  CHECK(saved["nodes"][2]["type"] == engine + "flow.TbRuleChainInputNode");
  CHECK(saved["nodes"][2]["configuration"]["ruleChainId"] == nobody);
  CHECK(saved["connections"] == json::array({link(0, 2, "Success")}));
  CHECK(application.remove(chain_path(chain)).status == 200);
}

TEST_CASE("Changes of rule chains are in the audit log") {
  auto application = demo_node::shared().tenant();
  CHECK(application.got(chain_base + "/tbelEnabled") == true);
  const auto chain = chain_named(application, "Audited");
  CHECK(application.remove(chain_path(chain)).status == 200);
  const auto logs = application.got("/api/audit/logs/entity/RULE_CHAIN/" + id_of(chain) +
                                    "?pageSize=10&page=0")["data"];
  REQUIRE(logs.size() == 2);
  CHECK(logs[0]["actionType"] == "DELETED");
  CHECK(logs[1]["actionType"] == "ADDED");
  CHECK(logs[1]["entityName"] == "Audited");
  CHECK(logs[1]["entityId"] == chain["id"]);
}

} // namespace muster::http::rest::test
