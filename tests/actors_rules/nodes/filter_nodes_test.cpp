#include "actors/rules/nodes/patterns.hpp"
#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

std::vector<std::string> relations_of(chain_bench& at, std::string_view node,
                                      std::string configuration, const rule_message& message) {
  std::vector<std::string> names;
  for (const auto& [relation, left] : at.through(node, std::move(configuration), message)) {
    names.push_back(relation);
  }
  return names;
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a script filter chooses True or False, and anything else fails") {
  chain_bench at;
  const auto message = message_of(at.device, "any", R"({"t":11})");
  const auto by = [&](const std::string& body) {
    return relations_of(at, "filter.TbJsFilterNode",
                        R"({"scriptLang":"JS","jsScript":")" + body + R"("})", message);
  };
  CHECK(by("return msg.t > 10 && metadata.deviceName === 'thermometer' && msgType === 'any';") ==
        names{"True"});
  CHECK(by("return false;") == names{"False"});
  CHECK(by("return 1;") == names{"Failure"});
  CHECK(by("return nothing;") == names{"Failure"});
  CHECK(by("return (;") == names{"Failure"});
  CHECK(by("") == names{"Failure"});
  CHECK(
      relations_of(
          at, "filter.TbJsFilterNode",
          R"({"scriptLang":"TBEL","tbelScript":"return metadata.deviceName.equals('thermometer');"})",
          message) == names{"True"});
}

TEST_CASE("a script switch names its relations") {
  chain_bench at;
  const auto message = message_of(at.device, "any", "{}");
  const auto by = [&](const std::string& body) {
    return relations_of(at, "filter.TbJsSwitchNode", R"({"jsScript":")" + body + R"("})", message);
  };
  CHECK(by("return ['a', 'b'];") == names{"a", "b"});
  CHECK(by("return 'a';") == names{"a"});
  CHECK(by("return [];").empty());
  CHECK(by("return 5;") == names{"Failure"});
}

TEST_CASE("the types of messages") {
  chain_bench at;
  const auto through = [&](std::string_view node, std::string configuration,
                           std::string_view type) {
    return relations_of(at, node, std::move(configuration), message_of(at.device, type, "{}"));
  };
  const std::string config = R"({"messageTypes":["A","B"]})";
  CHECK(through("filter.TbMsgTypeFilterNode", config, "B") == names{"True"});
  CHECK(through("filter.TbMsgTypeFilterNode", config, "b") == names{"False"});
  CHECK(through("filter.TbMsgTypeSwitchNode", "{}", "POST_TELEMETRY_REQUEST") ==
        names{"Post telemetry"});
  CHECK(through("filter.TbMsgTypeSwitchNode", "{}", "ALARM_ACK") == names{"Alarm Acknowledged"});
  CHECK(through("filter.TbMsgTypeSwitchNode", "{}", "MINE") == names{"Other"});
}

TEST_CASE("check fields wants all or one of the members") {
  chain_bench at;
  const auto message = message_of(at.device, "any", R"({"a":null,"b":1})");
  const auto by = [&](std::string configuration) {
    return relations_of(at, "filter.TbCheckMessageNode", std::move(configuration), message);
  };
  CHECK(by(R"({"messageNames":["a","b"],"metadataNames":["deviceName"]})") == names{"True"});
  CHECK(by(R"({"messageNames":["a","c"]})") == names{"False"});
  CHECK(by(R"({"messageNames":["a","c"],"checkAllKeys":false})") == names{"True"});
  CHECK(by(R"({"messageNames":["c"],"metadataNames":["none"],"checkAllKeys":false})") ==
        names{"False"});
  CHECK(by("{}") == names{"True"});
  CHECK(by(R"({"checkAllKeys":false})") == names{"False"});
  CHECK(by(R"({"messageNames":"a"})") == names{"Failure"});
}

TEST_CASE("a transform script makes one message or several") {
  chain_bench at;
  const auto message = message_of(at.device, "any", R"({"f":50})");
  const auto by = [&](const std::string& body) {
    return at.through("transform.TbTransformMsgNode", R"({"jsScript":")" + body + R"("})", message);
  };
  auto left = by("msg.c = (msg.f - 32) / 1.8; metadata.unit = 'C'; return {msg: msg, metadata: "
                 "metadata, msgType: 'NEW'};");
  REQUIRE(left.size() == 1);
  CHECK(left[0].first == "Success");
  CHECK(left[0].second.data.text() == R"({"f":50,"c":10})");
  CHECK(left[0].second.metadata.at("unit") == "C");
  CHECK(left[0].second.metadata.at("deviceName") == "thermometer");
  CHECK(left[0].second.type == "NEW");
  left = by("return [{msg: {a: 1}}, {msgType: 'B'}];");
  REQUIRE(left.size() == 2);
  CHECK(left[0].second.data.text() == R"({"a":1})");
  CHECK(left[0].second.type == "any");
  CHECK(left[1].second.data.text() == R"({"f":50})");
  CHECK(left[1].second.type == "B");
  CHECK(by("return [];")[0].first == "Failure");
  CHECK(by("return 5;")[0].first == "Failure");
}

TEST_CASE("patterns are filled from metadata and body, what is not there stays") {
  chain_bench at;
  const auto message = message_of(at.device, "any", R"({"a":{"b":1.5,"c":"x","d":[1]},"e":true})");
  CHECK(fill_pattern("${deviceName}: $[a.b] $[a.c] $[e]", message) == "thermometer: 1.5 x true");
  CHECK(fill_pattern("${none} $[a.d] $[a.b.c] $[none] $", message) ==
        "${none} $[a.d] $[a.b.c] $[none] $");
  CHECK(fill_pattern("$[*]", message) == message.data.text());
  CHECK(fill_pattern("${*}", message) == R"({"deviceName":"thermometer","deviceType":"default"})");
  CHECK(fill_pattern("${open $[open", message) == "${open $[open");
}

} // namespace muster::test
