#include "tests/actors_device/chained_device.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

const std::string reply_script =
    R"({"jsScript":"return {msg:{time:String(new Date())}, metadata:metadata, msgType:msgType};"})";

} // namespace

TEST_CASE("telemetry is saved as its chain says, and answered when that is durable") {
  chained_device at;
  at.node("filter.TbJsFilterNode", R"({"jsScript":"return msg.t > 10;"})");
  at.node("transform.TbTransformMsgNode",
          R"({"jsScript":"return {msg: {high: msg.t}, metadata: metadata, msgType: msgType};"})");
  at.node("telemetry.TbMsgTimeseriesNode");
  at.connect(0, "True", 1);
  at.connect(1, "Success", 2);
  at.use();
  CHECK(is<done>(at.bench.answer(at.bench.device(telemetry_of("t", 11)))));
  CHECK(is<done>(at.bench.answer(at.bench.device(telemetry_of("t", 9)))));
  CHECK(at.saved() == std::set<std::string>{"high"});
  at.bench.crash();
  const auto read = at.bench.application(read_latest{});
  const auto values = std::get<std::vector<latest_value>>(at.bench.answer(read));
  REQUIRE(values.size() == 1);
  CHECK(values.front().key == "high");
  CHECK((values.front().val == value(std::int64_t{11})));
}

TEST_CASE("telemetry that a chain throws away is a sign of life all the same") {
  chained_device at;
  at.node("filter.TbMsgTypeFilterNode", R"({"messageTypes":[]})");
  at.use();
  at.bench.device(telemetry_of("t", 1));
  CHECK(at.saved().empty());
  CHECK(at.bench.stored().due_inactivity.has_value());
}

TEST_CASE("a chain that fails changes nothing of the answer") {
  chained_device at;
  at.node("transform.TbTransformMsgNode", R"({"jsScript":"while (true) {}"})");
  at.use();
  CHECK(is<done>(at.bench.answer(at.bench.device(telemetry_of("t", 1)))));
}

TEST_CASE("attributes of a device become shared ones by its chain, and polls are told of them") {
  chained_device at;
  at.node("telemetry.TbMsgAttributesNode", R"({"scope":"SHARED_SCOPE","notifyDevice":true})");
  at.use();
  const auto poll = at.bench.poll_attributes_for(1, 10'000);
  CHECK_FALSE(at.bench.answered(poll));
  at.bench.device(save_attributes{attribute_scope::client, {{"a", std::int64_t{1}}}, true});
  CHECK(std::get<attribute_changes>(at.bench.answer(poll)).set.front().key == "a");
}

TEST_CASE("shared attributes that a chain saves without notice are no change for polls") {
  chained_device at;
  at.node("telemetry.TbMsgAttributesNode", R"({"scope":"SHARED_SCOPE"})");
  at.use();
  const auto poll = at.bench.poll_attributes_for(1, 10'000);
  at.bench.device(save_attributes{attribute_scope::client, {{"a", std::int64_t{1}}}, true});
  CHECK_FALSE(at.bench.answered(poll));
  at.bench.pass(10'000);
  CHECK(is_error(at.bench.answer(poll), error_code::poll_timeout));
}

TEST_CASE("a device's own RPC is answered by its chain") {
  chained_device at;
  at.node("filter.TbMsgTypeSwitchNode");
  at.node("transform.TbTransformMsgNode", reply_script);
  at.node("rpc.TbSendRPCReplyNode");
  at.connect(0, "RPC Request from Device", 1);
  at.connect(1, "Success", 2);
  at.use();
  const auto first = at.bench.device(call_rules{"getTime", {"{}"}});
  const auto second = at.bench.device(call_rules{"getTime", {"{}"}});
  for (const auto request : {first, second}) {
    const auto& text = std::get<rpc_answer>(at.bench.answer(request)).response.text;
    CHECK(text.find(R"({"time":")") == 0);
  }
}

TEST_CASE("a device's own RPC that has moved is answered by the chain that ran for it") {
  chained_device at;
  at.node("filter.TbMsgTypeSwitchNode");
  at.node("delay.TbMsgDelayNode", R"({"periodInSeconds":3})");
  at.node("transform.TbTransformMsgNode", R"({"jsScript":"return {msg: {asked: msg.method}};"})");
  at.node("rpc.TbSendRPCReplyNode");
  at.connect(0, "RPC Request from Device", 1);
  at.connect(1, "Success", 2);
  at.connect(2, "Success", 3);
  at.use();
  at.bench.device(call_rules{"first", {"{}"}, 7});
  at.bench.crash();
  const auto other = at.bench.device(call_rules{"other", {"{}"}});
  const auto moved = at.bench.device(call_rules{"first", {"{}"}, 7, true});
  at.bench.pass(3'000);
  const auto said = [&](std::uint64_t call) {
    return std::get<rpc_answer>(at.bench.answer(call)).response.text;
  };
  CHECK(said(moved) == R"({"asked":"first"})");
  CHECK(said(other) == R"({"asked":"other"})");
  CHECK(at.bench.carried.empty());
}

TEST_CASE("a device's own RPC that its chain does not answer ends with its time") {
  chained_device at;
  at.node("filter.TbMsgTypeSwitchNode");
  at.use();
  const auto call = at.bench.device(call_rules{"getTime", {"{}"}});
  CHECK_FALSE(at.bench.answered(call));
  at.bench.pass(60'000);
  CHECK(is_error(at.bench.answer(call), error_code::poll_timeout));
}

TEST_CASE("an application's RPC reaches the device through its chain") {
  chained_device at;
  at.node("transform.TbTransformMsgNode",
          R"({"jsScript":"if (msg.method === 'no') { throw 'no'; } return {};"})");
  at.node("rpc.TbSendRPCRequestNode");
  at.connect(0, "Success", 1);
  at.use();
  const auto poll = at.bench.poll_rpc_for(1, 10'000);
  auto request = at.bench.request(false, false);
  request.request_id = random_uuid();
  const auto call = at.bench.application(send_rpc{request});
  const auto& given = std::get<rpc_delivery>(at.bench.answer(poll));
  CHECK(given.method == "method");
  at.bench.report(1, true);
  at.bench.device(answer_rpc{given.number, answer_rpc::form::json, {"{\"a\":1}"}});
  CHECK(std::get<rpc_answer>(at.bench.answer(call)).response.text == "{\"a\":1}");

  request.method = "no";
  request.request_id = random_uuid();
  CHECK(is_error(at.bench.answer(at.bench.application(send_rpc{request})),
                 error_code::rpc_undelivered));

  request.method = "kept";
  request.request_id = random_uuid();
  request.persistent = true;
  const auto kept = at.bench.application(send_rpc{request});
  CHECK(at.bench.stored(std::get<rpc_accepted>(at.bench.answer(kept)).id).request.method == "kept");
}

TEST_CASE("what a device replies to its chain's RPC goes on in the chain") {
  chained_device at;
  at.node("filter.TbMsgTypeSwitchNode");
  at.node("transform.TbTransformMsgNode",
          R"({"jsScript":"return {msg: {method: 'ask', params: {}}};"})");
  at.node("rpc.TbSendRPCRequestNode");
  at.node("telemetry.TbMsgTimeseriesNode");
  at.connect(0, "Post telemetry", 1);
  at.connect(1, "Success", 2);
  at.connect(2, "Success", 3);
  at.connect(2, "Failure", 3);
  at.use();
  const auto poll = at.bench.poll_rpc_for(1, 10'000);
  at.bench.device(telemetry_of("t", 1));
  const auto number = std::get<rpc_delivery>(at.bench.answer(poll)).number;
  at.bench.report(1, true);
  SECTION("its reply") {
    at.bench.device(answer_rpc{number, answer_rpc::form::json, {"{\"state\":1}"}});
    CHECK(at.saved() == std::set<std::string>{"state"});
  }
  SECTION("its silence") {
    at.bench.pass(60'000);
    CHECK(at.saved() == std::set<std::string>{"error"});
  }
}

TEST_CASE("a chain hears of activity and of attributes that applications save") {
  chained_device at;
  at.node("transform.TbTransformMsgNode",
          R"({"jsScript":"msg = {}; msg[msgType] = 1; return {msg: msg, msgType: )"
          R"('POST_TELEMETRY_REQUEST'};"})");
  at.node("telemetry.TbMsgTimeseriesNode");
  at.connect(0, "Success", 1);
  at.use();
  at.bench.application(save_attributes{attribute_scope::server, {{"a", std::int64_t{1}}}});
  at.bench.application(delete_attributes{attribute_scope::server, {"a"}});
  at.bench.device(read_device_attributes{});
  at.bench.pass(700'000);
  CHECK(at.saved() == std::set<std::string>{"ATTRIBUTES_UPDATED", "ATTRIBUTES_DELETED",
                                            "ACTIVITY_EVENT", "INACTIVITY_EVENT"});
}

TEST_CASE("a chain that is told of a saved attribute has the last word on it") {
  chained_device at;
  at.node("filter.TbMsgTypeFilterNode", R"({"messageTypes":["ATTRIBUTES_UPDATED"]})");
  at.node("transform.TbTransformMsgNode",
          R"({"jsScript":"return {msg: {a: msg.a + 1}, msgType: 'POST_ATTRIBUTES_REQUEST'};"})");
  at.node("telemetry.TbMsgAttributesNode", R"({"scope":"SERVER_SCOPE"})");
  at.connect(0, "True", 1);
  at.connect(1, "Success", 2);
  at.use();
  at.bench.application(save_attributes{attribute_scope::server, {{"a", std::int64_t{1}}}});
  const auto read = at.bench.application(read_attributes{attribute_scope::server, {{"a"}}});
  const auto found = std::get<std::vector<attribute>>(at.bench.answer(read));
  REQUIRE(found.size() == 1);
  CHECK((found.front().val == value(std::int64_t{2})));
}

TEST_CASE("the default chain costs a device nothing") {
  chained_device at;
  at.node("filter.TbMsgTypeSwitchNode");
  at.node("telemetry.TbMsgTimeseriesNode");
  at.node("telemetry.TbMsgAttributesNode", R"({"scope":"CLIENT_SCOPE"})");
  at.node("rpc.TbSendRPCRequestNode");
  at.connect(0, "Post telemetry", 1);
  at.connect(0, "Post attributes", 2);
  at.connect(0, "RPC Request to Device", 3);
  at.use();
  CHECK_FALSE(at.entry.special());
  at.bench.device(telemetry_of("t", 1));
  CHECK(at.saved() == std::set<std::string>{"t"});
}

} // namespace muster::test
