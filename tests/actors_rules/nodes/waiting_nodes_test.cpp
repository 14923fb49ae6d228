#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

rule_message reading(const chain_bench& at, timestamp ts, int value) {
  auto message =
      message_of(at.device, "POST_TELEMETRY_REQUEST", "{\"v\":" + std::to_string(value) + "}");
  message.metadata["ts"] = std::to_string(ts);
  return message;
}

} // namespace

TEST_CASE("the delay node sends a message on after its time") {
  chain_bench at;
  const auto message = reading(at, 5, 1);
  SECTION("of its configuration") {
    CHECK(at.through("delay.TbMsgDelayNode", R"({"periodInSeconds":5})", message).empty());
    REQUIRE(at.device.left.size() == 1);
    CHECK((at.device.left.front().what == chain_work(wait_work{at.now.wall + 5'000})));
    const auto gone = at.go_on(at.device.left.front(), time_has_come{});
    REQUIRE(gone.size() == 1);
    CHECK(gone.front().first == "Success");
    CHECK(gone.front().second.data.text() == "{\"v\":1}");
  }
  SECTION("of the message") {
    at.through("delay.TbMsgDelayNode",
               R"({"useMetadataPeriodInSecondsPatterns":true,"periodInSecondsPattern":"$[v]"})",
               message);
    REQUIRE(at.device.left.size() == 1);
    CHECK((at.device.left.front().what == chain_work(wait_work{at.now.wall + 1'000})));
  }
  SECTION("of the message, which has none") {
    at.through("delay.TbMsgDelayNode",
               R"({"useMetadataPeriodInSecondsPatterns":true,"periodInSecondsPattern":"${no}"})",
               message);
    CHECK(at.failures == std::vector<std::string>{"\"${no}\" is no number of seconds"});
  }
}

TEST_CASE("the delay node lets as many wait as it is told") {
  chain_bench at;
  chain_builder made;
  made.node("delay.TbMsgDelayNode", R"({"maxPendingMsgs":2})");
  at.add(made.chain);
  CHECK(at.run("any", "{}").empty());
  CHECK(at.run("any", "{}").empty());
  CHECK(at.run("any", "{}").find("Max limit of pending messages reached!") != std::string::npos);
  at.device.left.clear();
  at.device.takes_work = false;
  CHECK(at.run("any", "{}").find("no room") != std::string::npos);
}

TEST_CASE("the deduplication node gathers messages by their time") {
  chain_bench at;
  at.through("deduplication.TbMsgDeduplicationNode", R"({"interval":10})",
             reading(at, at.now.wall + 50, 1));
  at.through("deduplication.TbMsgDeduplicationNode", R"({"interval":10})",
             reading(at, at.now.wall - 50, 1));
  REQUIRE(at.device.left.size() == 2);
  CHECK((at.device.left.front().what ==
         chain_work(gather_work{at.now.wall + 10'050, at.now.wall + 50, 10'000})));
  CHECK((at.device.left.back().what ==
         chain_work(gather_work{at.now.wall + 10'000, at.now.wall - 50, 10'000})));
}

TEST_CASE("of a pack the deduplication node sends on what it is told") {
  chain_bench at;
  const auto sent = [&](std::string configuration) {
    at.device.left.clear();
    at.through("deduplication.TbMsgDeduplicationNode", std::move(configuration), reading(at, 6, 1));
    REQUIRE(at.device.left.size() == 1);
    gathered pack{{reading(at, 6, 1), reading(at, 5, 2), reading(at, 7, 3), reading(at, 7, 4)}};
    return at.go_on(at.device.left.front(), std::move(pack)).front().second;
  };
  CHECK(sent("{}").data.text() == "{\"v\":2}");
  CHECK(sent(R"({"strategy":"LAST"})").data.text() == "{\"v\":3}");
  const auto all = sent(R"({"strategy":"ALL","outMsgType":"POST_TELEMETRY_REQUEST"})");
  CHECK(all.type == "POST_TELEMETRY_REQUEST");
  CHECK(all.metadata == message_metadata{{"ts", std::to_string(at.now.wall)}});
  CHECK(all.data.text().find(R"([{"metadata":{"deviceName":"thermometer","deviceType":"default",)"
                             R"("ts":"6"},"msg":{"v":1}},)") == 0);
}

TEST_CASE("waiting nodes refuse configurations that make no sense") {
  chain_bench at;
  at.through("delay.TbMsgDelayNode", R"({"periodInSeconds":-1})", reading(at, 5, 1));
  at.through("delay.TbMsgDelayNode", R"({"maxPendingMsgs":0})", reading(at, 5, 1));
  at.through("deduplication.TbMsgDeduplicationNode", R"({"interval":0})", reading(at, 5, 1));
  at.through("deduplication.TbMsgDeduplicationNode", R"({"strategy":"ALL"})", reading(at, 5, 1));
  at.through("deduplication.TbMsgDeduplicationNode", R"({"strategy":"ANY"})", reading(at, 5, 1));
  CHECK(at.failures.size() == 5);
  CHECK(at.device.left.empty());
}

} // namespace muster::test
