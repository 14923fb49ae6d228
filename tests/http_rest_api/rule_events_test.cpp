#include "tests/http_rest_api/caller.hpp"

#include <string>

namespace muster::http::rest::test {

namespace {

const std::string first_page = "?pageSize=10&page=0";

/// A chain of one node that cannot run; the node's identifier and the chain's.
std::pair<std::string, std::string> broken_chain(caller& by) {
  const auto chain = by.posted("/api/ruleChain", R"({"name":"Broken"})");
  const json graph = {{"ruleChainId", chain["id"]},
                      {"firstNodeIndex", 0},
                      {"nodes", json::array({{{"type", "org.example.NoSuchNode"},
                                              {"name", "None"},
                                              {"configuration", json::object()}}})},
                      {"connections", json::array()},
                      {"ruleChainConnections", nullptr}};
  const auto made = by.posted("/api/ruleChain/metadata", graph.dump());
  return {made["nodes"][0]["id"]["id"], chain["id"]["id"]};
}

} // namespace

TEST_CASE("A node that cannot run has a life-cycle event") {
  auto application = demo_node::shared().tenant();
  const auto [node, chain] = broken_chain(application);
  const auto events = application.got("/api/events/RULE_NODE/" + node + "/LC_EVENT" + first_page);
  REQUIRE(events["data"].size() == 1);
  const auto& event = events["data"][0];
  CHECK(event["type"] == "LC_EVENT");
  CHECK(event["entityId"]["id"] == node);
  CHECK(event["body"]["success"] == false);
  CHECK(event["body"]["error"].get<std::string>().find("unknown class") != std::string::npos);
  CHECK(application.got("/api/events/RULE_NODE/" + node + first_page) == events);
  const auto of_chain = "/api/events/RULE_CHAIN/" + chain;
  CHECK(application.got(of_chain + "/LC_EVENT" + first_page)["totalElements"] == 0);
  CHECK(application.got(of_chain + "/DEBUG_RULE_NODE" + first_page)["totalElements"] == 0);
  CHECK(application.got("/api/events/RULE_NODE/" + node + "/STATS" + first_page)["data"].empty());
  CHECK(application.get("/api/ruleNode/" + node + "/debugIn").body.empty());
}

TEST_CASE("Questions for events that make no sense are refused") {
  auto application = demo_node::shared().tenant();
  const auto [node, chain] = broken_chain(application);
  const auto none = to_string(random_uuid());
  const auto of_node = "/api/events/RULE_NODE/" + node;
  CHECK(application.get("/api/events/RULE_NODE/" + none + "/LC_EVENT" + first_page).status == 404);
  CHECK(
      application.get("/api/events/RULE_CHAIN/" + none + "/DEBUG_RULE_NODE" + first_page).status ==
      404);
  CHECK(application.get("/api/events/DEVICE/" + none + "/LC_EVENT" + first_page).status == 400);
  CHECK(application.get(of_node + "/NONSENSE" + first_page).status == 400);
  CHECK(application.get(of_node + "/LC_EVENT").status == 400);
  CHECK(application.post(of_node + first_page, R"({"eventType":7})").status == 400);
  CHECK(application.post(of_node + "/clear", R"({"eventType":"DEBUG_RULE_NODE","isError":true})")
            .status == 400);
  CHECK(application.post(of_node + "/clear", "{}").status == 200);
  CHECK(application.post("/api/events/RULE_NODE/" + none + "/clear", "{}").status == 404);
}

TEST_CASE("A script is tried on a message") {
  auto application = demo_node::shared().tenant();
  const auto tried = [&](const std::string& kind, const std::string& body,
                         const std::string& language) {
    const json what = {{"script", body},
                       {"scriptType", kind},
                       {"msg", R"({"t":1})"},
                       {"metadata", {{"k", "v"}}},
                       {"msgType", "T"}};
    return application.posted("/api/ruleChain/testScript?scriptLang=" + language, what.dump());
  };
  CHECK((tried("filter", "return metadata.k === 'v';", "JS") ==
         json{{"output", "true"}, {"error", ""}}));
  CHECK(tried("filter", "return metadata.k.equals('v');", "TBEL")["output"] == "true");
  CHECK(tried("filter", "return 1;", "JS")["error"] == "The script returned no boolean");
  CHECK(application.post("/api/ruleChain/testScript", "[]").status == 400);
}

} // namespace muster::http::rest::test
