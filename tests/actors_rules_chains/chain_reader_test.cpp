#include "actors/rules/chains/chain_entrances.hpp"
#include "actors/rules/chains/chain_reader.hpp"
#include "actors/rules/chains/output_labels.hpp"
#include "tests/actors_rules_chains/chains.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

namespace muster::test {

namespace {

std::string metadata_fault(const std::string& text) {
  const auto read = read_chain_metadata(text);
  return read ? "" : read.error().message;
}

constexpr const char* some_id = "784f394c-42b6-435a-983c-b7beff2784f9";

} // namespace

TEST_CASE("a graph is read with what its nodes say of themselves") {
  const auto read =
      read_chain_metadata(R"({"ruleChainId":{"entityType":"RULE_CHAIN","id":")" +
                          std::string(some_id) +
                          R"("},"version":3,"firstNodeIndex":1,"nodes":[)"
                          R"({"type":"t","name":"One","configuration":{"b":1.0,"a":null},)"
                          R"("additionalInfo":{"layoutX":5},"queueName":"Main",)"
                          R"("singletonMode":true,"configurationVersion":4,)"
                          R"("debugSettings":{"failuresEnabled":true,"allEnabled":false,)"
                          R"("allEnabledUntil":77}},)"
                          R"({"id":{"id":")" +
                          some_id +
                          R"("},"type":"u","name":"Two",)"
                          R"("debugMode":true,"configuration":null,"queueName":null}],)"
                          R"("connections":[{"fromIndex":1,"toIndex":0,"type":"B"},)"
                          R"({"fromIndex":1,"toIndex":0,"type":"A"},)"
                          R"({"fromIndex":1,"toIndex":0,"type":"B"}],"ruleChainConnections":null})")
          .value();
  CHECK(to_string(read.chain) == some_id);
  CHECK(read.version == 3U);
  CHECK(read.first_node == 1U);
  REQUIRE(read.nodes.size() == 2);
  rule_node one;
  one.type = "t";
  one.name = "One";
  one.configuration_version = 4;
  one.singleton_mode = true;
  one.queue_name = "Main";
  one.configuration.text = R"({"b":1.0,"a":null})";
  one.additional_info.text = R"({"layoutX":5})";
  one.debug = {true, false, 77};
  CHECK(read.nodes[0] == one);
  CHECK(to_string(read.nodes[1].id) == some_id);
  CHECK(read.nodes[1].configuration.text == "{}");
  CHECK(read.nodes[1].debug == rule_node_debug{true, true, 0});
  const std::vector<rule_connection> wanted{{1, 0, "A"}, {1, 0, "B"}};
  CHECK(read.connections == wanted);
}

TEST_CASE("connections of old exports to other chains are nodes") {
  const auto target = to_string(numbered_chain(4));
  const auto link = [&](const std::string& type) {
    return R"({"fromIndex":0,"targetRuleChainId":{"id":")" + target + R"("},"type":")" + type +
           R"(","additionalInfo":{"layoutX":7,"description":"d","ruleChainNodeId":"n"}})";
  };
  const auto read = read_chain_metadata(R"({"nodes":[{"type":"t","name":"n"}],)"
                                        R"("ruleChainConnections":[)" +
                                        link("True") + "," + link("False") + "]}")
                        .value();
  REQUIRE(read.nodes.size() == 2);
  CHECK(read.nodes[1].type == chain_input_node);
  CHECK(read.nodes[1].additional_info.text == R"({"layoutX":7})");
  CHECK(entered_chain(read.nodes[1]) == numbered_chain(4));
  const std::vector<rule_connection> wanted{{0, 1, "False"}, {0, 1, "True"}};
  CHECK(read.connections == wanted);
}

TEST_CASE("what is wrong with a graph's JSON is told") {
  CHECK(metadata_fault("{") == "The rule chain is not JSON");
  CHECK(metadata_fault("[]") == "The body must be an object");
  CHECK(metadata_fault(R"({"nodes":{}})") == "'nodes' must be an array");
  CHECK(metadata_fault(R"({"nodes":[7]})") == "Node 0: must be an object");
  CHECK(metadata_fault(R"({"nodes":[{},{"name":7}]})") == "Node 1: 'name' must be a string");
  CHECK(metadata_fault(R"({"nodes":[{"name":")" + std::string(256, 'n') + R"("}]})") ==
        "Node 0: 'name' must be no longer than 255 characters");
  CHECK(metadata_fault(R"({"nodes":[{"id":{"id":"x"}}]})") == "Node 0: 'id' must be an identifier");
  CHECK(metadata_fault(R"({"nodes":[{"debugSettings":{"allEnabled":1}}]})") ==
        "Node 0: debugSettings: 'allEnabled' must be true or false");
  CHECK(metadata_fault(R"({"firstNodeIndex":-1})") ==
        "'firstNodeIndex' must be the index of a node");
  CHECK(metadata_fault(R"({"version":1.5})") == "'version' must be a whole number");
  CHECK(metadata_fault(R"({"connections":[{"toIndex":0}]})") ==
        "Connection 0: 'fromIndex' is missing");
  CHECK(metadata_fault(R"({"connections":[{"fromIndex":0,"toIndex":4294967296}]})") ==
        "Connection 0: 'toIndex' must be the index of a node");
  CHECK(metadata_fault(R"({"ruleChainConnections":[{"fromIndex":0}]})") ==
        "Connection 0 to a rule chain: 'targetRuleChainId' is missing");
}

TEST_CASE("any JSON in a graph's place is read or refused") {
  CHECK(rc::check([] {
    const auto pieces = rc::gen::elementOf(std::vector<std::string>{
        "null", "7", "-1", "1e99", "\"x\"", "[]", "{}", "[null]", "[{}]", "true",
        R"([{"id":{"id":null},"configuration":[]}])", R"({"id":7})"});
    std::string text = "{";
    for (const auto* name : {"ruleChainId", "version", "firstNodeIndex", "nodes", "connections",
                             "ruleChainConnections", "ruleChains", "metadata", "type", "name"}) {
      text += (text.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + *pieces;
    }
    text += "}";
    RC_ASSERT(nlohmann::json::accept(text));
    for (const auto& fault :
         {read_chain_metadata(text).map([](const auto&) {}),
          read_chain_head(text).map([](auto&&) {}), read_chain_file(text).map([](auto&&) {})}) {
      RC_ASSERT(fault.has_value() || fault.error().code == error_code::invalid);
    }
  }));
}

TEST_CASE("the head of a chain is read") {
  const auto read = read_chain_head(R"({"name":"N","type":"CORE","root":true,"debugMode":true,)"
                                    R"("configuration":{"a":1},"additionalInfo":{"d":""}})")
                        .value();
  CHECK_FALSE(read.id.has_value());
  CHECK_FALSE(read.version.has_value());
  CHECK(read.chain.name == "N");
  CHECK(read.chain.root);
  CHECK(read.chain.debug_mode);
  CHECK(read.chain.configuration.text == R"({"a":1})");
  CHECK(read.chain.additional_info.text == R"({"d":""})");
  const auto edge = read_chain_head(R"({"name":"N","type":"EDGE"})");
  REQUIRE_FALSE(edge.has_value());
  CHECK(edge.error().message == "'type' must be CORE");
}

TEST_CASE("a file of chains is read, each with its graph") {
  const auto chain = [](std::size_t number) {
    return R"({"id":{"id":")" + to_string(numbered_chain(number)) + R"("},"name":"N"})";
  };
  const auto graph = [](std::size_t number) {
    return R"({"ruleChainId":{"id":")" + to_string(numbered_chain(number)) +
           R"("},"nodes":[{"type":"t","name":"n"}],"firstNodeIndex":0})";
  };
  const auto read = read_chain_file(R"({"ruleChains":[)" + chain(1) + "," + chain(2) +
                                    R"(],"metadata":[)" + graph(2) + "]}")
                        .value();
  REQUIRE(read.size() == 2);
  CHECK(read[0].nodes.empty());
  CHECK(read[1].id == numbered_chain(2));
  CHECK(read[1].nodes.size() == 1);
  CHECK(read[1].first_node == 0U);
  const auto stray =
      read_chain_file(R"({"ruleChains":[)" + chain(1) + R"(],"metadata":[)" + graph(2) + "]}");
  REQUIRE_FALSE(stray.has_value());
  CHECK(stray.error().message == "Metadata 0: 'ruleChainId' is that of no rule chain of the file");
}

TEST_CASE("renamed outputs take the connections behind their chain along") {
  auto before = chain_of(3);
  before.id = numbered_chain(1);
  for (auto& node : before.nodes) {
    node.type = chain_output_node;
  }
  const std::vector<std::string> labels{"0", "1", "2"};
  CHECK(output_labels(before) == labels);
  auto after = before;
  after.nodes[0].name = "Zero";
  after.nodes[1].name = "2";
  const std::map<std::string, std::string> renamed{{"0", "Zero"}, {"1", "2"}};
  CHECK(renamed_labels(before, after) == renamed);
  // One that is still there keeps its connections.
  after.nodes[2].name = "0";
  CHECK(renamed_labels(before, after).count("0") == 0);

  auto caller = chain_of(2);
  caller.nodes.push_back(entering(1));
  caller.connections = {{0, 1, "0"}, {2, 0, "0"}, {2, 0, "Zero"}, {2, 1, "1"}};
  const auto other = caller;
  CHECK(rename_connections(caller, numbered_chain(1), renamed));
  const std::vector<rule_connection> wanted{{0, 1, "0"}, {2, 0, "Zero"}, {2, 1, "2"}};
  CHECK(caller.connections == wanted);
  caller = other;
  CHECK_FALSE(rename_connections(caller, numbered_chain(5), renamed));
  CHECK(caller == other);
}

} // namespace muster::test
