#include "actors/device/device_trace.hpp"
#include "actors/model/command_names.hpp"
#include "tests/actors_device/chained_device.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

namespace muster::test {

TEST_CASE("commands are called by their types") {
  CHECK(name_of(command_body(save_telemetry{})) == "save_telemetry");
  CHECK(name_of(command_body(inspect_device{})) == "inspect_device");
}

TEST_CASE("a device says of itself what it holds, and no secrets") {
  device_bench bench;
  bench.share("target", std::int64_t{21});
  bench.device(save_telemetry{{{std::nullopt, {{"t", std::string("warm")}}}}});
  bench.application(send_rpc{bench.request(false, true)});
  bench.device(poll_attributes{poll_id{7}, 10'000, "192.0.2.7"});
  bench.clock.advance(250);
  const auto shown = bench.state->describe(bench.clock.at);
  CHECK(shown["attributes"]["SHARED_SCOPE"][0]["value"] == 21);
  CHECK(shown["latest"][0]["value"] == "warm");
  CHECK(shown["rpcs"][0]["state"] == "queued");
  CHECK(shown["rpcs"][0]["age"] == 250);
  CHECK(shown["polls"][0]["kind"] == "attributes");
  CHECK(shown["polls"][0]["age"] == 250);
  CHECK(shown["polls"][0]["left"] == 9'750);
  CHECK(shown["polls"][0]["peer"] == "192.0.2.7");
  CHECK(shown["activity"]["active"] == true);
  CHECK(shown["sharedAttributes"]["everPolled"] == true);
  CHECK(shown["bytes"] > 100);
  const auto waiting = bench.state->describe_waiting(bench.clock.at);
  CHECK(waiting["name"] == shown["name"]);
  CHECK(waiting["rpcs"] == shown["rpcs"]);
  CHECK(waiting["polls"] == shown["polls"]);
  CHECK(waiting.size() == 3);
  CHECK(shown.dump().find("token") == std::string::npos);
}

TEST_CASE("a device says what its rule chains wait for") {
  chained_device at;
  at.node("delay.TbMsgDelayNode", R"({"periodInSeconds":60})");
  at.chain.name = "slow";
  at.chain.nodes.front().name = "a minute";
  at.use();
  at.bench.device(telemetry_of("t", 1));
  at.bench.clock.advance(250);
  const auto shown = at.bench.state->describe(at.bench.clock.at);
  // The event of its activity waits behind it.
  REQUIRE(shown["outbox"].size() == 2);
  const auto& work = shown["outbox"][0];
  CHECK(work["work"] == "wait");
  CHECK(work["chain"] == "slow");
  CHECK(work["ruleNode"] == "a minute");
  CHECK(work["message"] == "POST_TELEMETRY_REQUEST");
  CHECK(work["state"] == "waits for its time");
  CHECK(work["until"] == at.bench.clock.at.wall - 250 + 60'000);
  CHECK(work["age"] == 250);
  CHECK(shown["outboxLength"] == 2);
}

TEST_CASE("a device shows its active alarms") {
  device_bench bench;
  alarm one;
  one.type = "fire";
  one.originator = device_of(1);
  one.severity = alarm_severity::major;
  bench.application(save_alarm{one});
  const auto shown = bench.state->describe(bench.clock.at);
  REQUIRE(shown["alarms"].size() == 1);
  CHECK(shown["alarms"][0]["type"] == "fire");
  CHECK(shown["alarms"][0]["severity"] == "MAJOR");
  CHECK(shown["alarms"][0]["acknowledged"] == false);
}

TEST_CASE("only the server itself inspects a device") {
  device_bench bench;
  CHECK(is_error(bench.answer(bench.application(inspect_device{})), error_code::forbidden));
  CHECK(is<inspected>(bench.answer(bench.send(system_sender{}, inspect_device{}))));
}

TEST_CASE("a trace tells of each event once, and how many are gone") {
  device_trace trace;
  for (int at = 0; at < 2'100; ++at) {
    trace.note("{\"n\":" + std::to_string(at) + "}");
  }
  const auto all = trace.since(0);
  CHECK(all["lost"] == 100);
  CHECK(all["events"].size() == 2'000);
  CHECK(all["events"][0]["n"] == 100);
  CHECK(all["next"] == 2'100);
  trace.note("{\"n\":2100}");
  const auto more = trace.since(all["next"]);
  CHECK(more["lost"] == 0);
  REQUIRE(more["events"].size() == 1);
  CHECK(more["events"][0]["n"] == 2'100);
}

} // namespace muster::test
