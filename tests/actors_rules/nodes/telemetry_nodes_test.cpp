#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

const std::string post = "POST_TELEMETRY_REQUEST";
const std::string post_attributes = "POST_ATTRIBUTES_REQUEST";
const std::string save_class = "telemetry.TbMsgTimeseriesNode";
const std::string attributes_class = "telemetry.TbMsgAttributesNode";

} // namespace

TEST_CASE("save timeseries takes every shape of telemetry") {
  chain_bench at;
  const auto saved = [&](std::string body, std::string configuration = "{}") {
    at.device.done.clear();
    const auto left = at.through(save_class, std::move(configuration),
                                 message_of(at.device, post, std::move(body)));
    REQUIRE(left.size() == 1);
    CHECK(left.front().first == "Success");
    return at.device.done;
  };
  using lines = std::vector<std::string>;
  CHECK(saved(R"({"a":1,"b":{"c":[1]}})") == lines{R"(telemetry 5 {"a":1,"b":{"c":[1]}} ttl 0)"});
  CHECK(saved(R"({"ts":7,"values":{"a":1}})") == lines{R"(telemetry 7 {"a":1} ttl 0)"});
  CHECK(saved(R"([{"a":1},{"ts":7,"values":{"b":2}}])") ==
        lines{R"(telemetry 5 {"a":1} ttl 0)", R"(telemetry 7 {"b":2} ttl 0)"});
  CHECK(saved(R"({"a":1})", R"({"defaultTTL":60})") == lines{R"(telemetry 5 {"a":1} ttl 60)"});
  CHECK(saved(R"({"a":1})", R"({"useServerTs":true})") ==
        lines{R"(telemetry 1700000000000 {"a":1} ttl 0)"});
  CHECK(saved(R"({"a":1})", R"({"processingSettings":{"type":"WEBSOCKETS_ONLY"}})").empty());
}

TEST_CASE("save timeseries takes time and time to live from the metadata") {
  chain_bench at;
  auto message = message_of(at.device, post, R"({"a":1})");
  message.metadata["ts"] = "9";
  message.metadata["TTL"] = "30";
  at.through(save_class, R"({"defaultTTL":60})", message);
  CHECK(at.device.done == std::vector<std::string>{R"(telemetry 9 {"a":1} ttl 30)"});
}

TEST_CASE("what save timeseries cannot save goes along Failure") {
  chain_bench at;
  auto message = message_of(at.device, post, R"({"a":1})");
  SECTION("another type") {
    message.type = post_attributes;
  }
  SECTION("nothing in it") {
    message.data = message_data::of_text("{}");
  }
  SECTION("no object") {
    message.data = message_data::of_text("[1]");
  }
  SECTION("of somebody else") {
    message.originator.id = random_uuid();
  }
  const auto left = at.through(save_class, "{}", message);
  REQUIRE(left.size() == 1);
  CHECK(left.front().first == "Failure");
  CHECK(at.device.done.empty());
}

TEST_CASE("save attributes obeys scope, change and notification") {
  chain_bench at;
  auto message = message_of(at.device, post_attributes, R"({"a":1})");
  message.metadata["notifyDevice"] = "false";
  SECTION("by its configuration") {
    at.through(attributes_class,
               R"({"scope":"SHARED_SCOPE","notifyDevice":true,)"
               R"("updateAttributesOnlyOnValueChange":false})",
               message);
    CHECK(at.device.done == std::vector<std::string>{R"(attributes 1 {"a":1} change 0 notify 1)"});
  }
  SECTION("by the metadata") {
    message.metadata["scope"] = "SHARED_SCOPE";
    at.through(attributes_class, "{}", message);
    CHECK(at.device.done == std::vector<std::string>{R"(attributes 1 {"a":1} change 1 notify 0)"});
  }
  SECTION("absent metadata tells the device") {
    message.metadata.erase("notifyDevice");
    at.through(attributes_class, "{}", message);
    CHECK(at.device.done == std::vector<std::string>{R"(attributes 2 {"a":1} change 1 notify 1)"});
  }
  SECTION("an empty body is success, and nothing is saved") {
    message.data = message_data::of_text("{}");
    const auto left = at.through(attributes_class, "{}", message);
    CHECK(left.front().first == "Success");
    CHECK(at.device.done.empty());
  }
  SECTION("an unknown scope fails") {
    message.metadata["scope"] = "NO_SCOPE";
    CHECK(at.through(attributes_class, "{}", message).front().first == "Failure");
    CHECK(at.through(attributes_class, R"({"scope":"x"})", message).front().first == "Failure");
  }
}

TEST_CASE("delete attributes fills the keys' patterns") {
  chain_bench at;
  auto message = message_of(at.device, post, R"({"which":"b"})");
  const auto left =
      at.through("telemetry.TbMsgDeleteAttributesNode",
                 R"({"scope":"SHARED_SCOPE","keys":["a","$[which]","${deviceName}"]})", message);
  CHECK(left.front().first == "Success");
  CHECK(at.device.done == std::vector<std::string>{"erase 1 a b thermometer"});
}

} // namespace muster::test
