#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

const std::string filter_config = R"({"jsScript":"return msg.t > 10;"})";
const std::string save_config = "{}";

} // namespace

TEST_CASE("a message passes the nodes along the relations that they choose") {
  chain_bench at;
  chain_builder made;
  const auto filter = made.node("filter.TbJsFilterNode", filter_config);
  const auto save = made.node("telemetry.TbMsgTimeseriesNode", save_config);
  made.connect(filter, "True", save);
  at.add(made.chain);
  CHECK(at.run("POST_TELEMETRY_REQUEST", R"({"t":11})").empty());
  CHECK(at.run("POST_TELEMETRY_REQUEST", R"({"t":9})").empty());
  CHECK(at.device.done == std::vector<std::string>{R"(telemetry 5 {"t":11} ttl 0)"});
  CHECK(at.way == std::vector<std::string>{"0>", "0>True", "1>", "1>Success", "0>", "0>False"});
}

TEST_CASE("relations are the same in any case of their letters, and lead to all nodes") {
  chain_bench at;
  chain_builder made;
  const auto branch =
      made.node("filter.TbJsSwitchNode", R"({"jsScript":"return ['one', 'TWO', 'three'];"})");
  const auto first = made.node("telemetry.TbMsgTimeseriesNode", save_config);
  const auto second = made.node("flow.TbAckNode");
  made.connect(branch, "One", first).connect(branch, "two", second).connect(branch, "One", second);
  at.add(made.chain);
  CHECK(at.run("POST_TELEMETRY_REQUEST", R"({"t":1})").empty());
  CHECK(at.way == std::vector<std::string>{"0>", "0>one", "0>TWO", "0>three", "1>", "1>Success",
                                           "2>", "2>Success", "2>", "2>Success"});
}

TEST_CASE("a failure that no node takes is told, and what was done before stays") {
  chain_bench at;
  chain_builder made;
  const auto save = made.node("telemetry.TbMsgTimeseriesNode", save_config);
  const auto broken = made.named("mine", "transform.TbTransformMsgNode",
                                 R"({"jsScript":"throw new Error('no');"})");
  made.connect(save, "Success", broken);
  at.add(made.chain);
  CHECK(at.run("POST_TELEMETRY_REQUEST", R"({"t":1})").find("mine: ") == 0);
  CHECK(at.device.done.size() == 1);
}

TEST_CASE("a node that cannot run fails what reaches it and says why") {
  chain_bench at;
  chain_builder made;
  SECTION("an unknown class") {
    made.node("filter.NoSuchNode");
  }
  SECTION("a bad configuration") {
    made.node("rpc.TbSendRPCRequestNode", R"({"timeoutInSeconds":"soon"})");
  }
  SECTION("no object") {
    made.node("flow.TbAckNode", "[]");
  }
  const auto save = made.node("telemetry.TbMsgTimeseriesNode", save_config);
  made.connect(0, "Failure", save);
  at.add(made.chain);
  CHECK(at.run("POST_TELEMETRY_REQUEST", R"({"t":1})").empty());
  CHECK(at.way == std::vector<std::string>{"0>", "0>Failure", "1>", "1>Success"});
  REQUIRE(at.failures.size() == 1);
  CHECK(at.failures.front().find("Rule Node is not active! ") == 0);
}

TEST_CASE("a chain calls another and goes on along the name of the output node") {
  chain_bench at;
  chain_builder called("called");
  const auto filter = called.node("filter.TbJsFilterNode", filter_config);
  const auto high = called.named("High", "flow.TbRuleChainOutputNode");
  const auto low = called.named("Low", "flow.TbRuleChainOutputNode");
  called.connect(filter, "True", high).connect(filter, "False", low);
  chain_builder made;
  const auto call = made.node("flow.TbRuleChainInputNode",
                              R"({"ruleChainId":")" + to_string(called.chain.id) + R"("})");
  const auto save = made.node("telemetry.TbMsgTimeseriesNode", save_config);
  made.connect(call, "high", save);
  at.add(made.chain);
  SECTION("that is there") {
    at.add(called.chain);
    CHECK(at.run("POST_TELEMETRY_REQUEST", R"({"t":11})").empty());
    CHECK(at.run("POST_TELEMETRY_REQUEST", R"({"t":1})").empty());
    CHECK(at.device.done == std::vector<std::string>{R"(telemetry 5 {"t":11} ttl 0)"});
  }
  SECTION("that is not there") {
    CHECK(at.run("POST_TELEMETRY_REQUEST", R"({"t":11})").find("there is no rule chain") !=
          std::string::npos);
  }
}

TEST_CASE("chains that call each other end") {
  chain_bench at;
  chain_builder one("one");
  chain_builder two("two");
  one.node("flow.TbRuleChainInputNode", R"({"ruleChainId":")" + to_string(two.chain.id) + R"("})");
  two.node("flow.TbRuleChainInputNode", R"({"ruleChainId":")" + to_string(one.chain.id) + R"("})");
  at.add(one.chain);
  at.add(two.chain);
  CHECK(at.run("POST_TELEMETRY_REQUEST", "{}").find("\"one\" calls itself") != std::string::npos);
}

TEST_CASE("a message that grows in number ends") {
  chain_bench at;
  chain_builder made;
  std::uint32_t last = made.node("flow.TbAckNode");
  for (int i = 0; i < 12; ++i) {
    const auto next = made.node("flow.TbAckNode");
    made.connect(last, "Success", next).connect(last, "success", next);
    last = next;
  }
  at.add(made.chain);
  CHECK(at.run("POST_TELEMETRY_REQUEST", "{}").find("too many nodes") != std::string::npos);
}

TEST_CASE("an RPC of a chain goes on at its node when the device has replied") {
  chain_bench at;
  chain_builder made;
  const auto call = made.node("rpc.TbSendRPCRequestNode");
  const auto save = made.node("telemetry.TbMsgTimeseriesNode", save_config);
  made.connect(call, "Success", save);
  at.add(made.chain);
  CHECK(at.run("POST_TELEMETRY_REQUEST", R"({"method":"on","params":{"a":1}})").empty());
  CHECK(at.device.done == std::vector<std::string>{R"(rpc on {"a":1})"});
  REQUIRE(at.device.asked.size() == 1);
  at.go_on({at.device.asked.front(), {}}, rpc_ended{{R"({"state":"on"})"}, {}});
  CHECK(at.device.done.back() == R"(telemetry 5 {"state":"on"} ttl 0)");
}

TEST_CASE("a message that has waited goes back to the chains that called its own") {
  chain_bench at;
  chain_builder outer("outer");
  chain_builder inner("inner");
  inner.chain.id = rule_chain_id{random_uuid()};
  const auto wait = inner.node("delay.TbMsgDelayNode");
  const auto end = inner.named("through", "flow.TbRuleChainOutputNode");
  inner.connect(wait, "Success", end);
  const auto call = outer.node("flow.TbRuleChainInputNode",
                               R"({"ruleChainId":")" + to_string(inner.chain.id) + R"("})");
  const auto save = outer.node("telemetry.TbMsgTimeseriesNode", save_config);
  outer.connect(call, "through", save);
  at.add(outer.chain);
  at.add(inner.chain);
  CHECK(at.run("POST_TELEMETRY_REQUEST", R"({"a":1})").empty());
  REQUIRE(at.device.left.size() == 1);
  // As it is after a restart.
  const auto stored = decode_left_work(encode(at.device.left.front())).value();
  SECTION("all is there") {
    at.go_on(stored, time_has_come{});
    CHECK(at.device.done == std::vector<std::string>{R"(telemetry 5 {"a":1} ttl 0)"});
  }
  SECTION("the calling chain is gone") {
    at.chains.chains.erase(outer.chain.id);
    CHECK(at.go_on(stored, time_has_come{}).size() == 2);
    CHECK(at.device.done.empty());
  }
  SECTION("its own chain is gone") {
    at.chains.chains.erase(inner.chain.id);
    CHECK(at.go_on(stored, time_has_come{}).empty());
  }
}

TEST_CASE("the default chain does what the server does without one") {
  chain_bench at;
  const auto chain = default_chain();
  at.add(chain);
  const auto found = find_shortcuts(*at.chains.find(chain.id));
  CHECK(found == chain_shortcuts{});
}

TEST_CASE("a chain that does something else is not cut short") {
  chain_bench at;
  auto chain = default_chain();
  SECTION("a script behind the save") {
    chain.nodes.push_back(chain.nodes.back());
    chain.nodes.back().type = "org.thingsboard.rule.engine.transform.TbTransformMsgNode";
    chain.nodes.back().configuration.text = R"({"jsScript":"return {};"})";
    chain.connections.push_back({0, 6, "Success"});
    at.add(chain);
    const auto found = find_shortcuts(*at.chains.find(chain.id));
    CHECK_FALSE(found.telemetry);
    CHECK(found.attributes);
    CHECK(found.events);
  }
  SECTION("telemetry that is not saved, or twice") {
    if (GENERATE(true, false)) {
      std::erase_if(chain.connections, [](const auto& one) { return one.to == 0; });
    } else {
      chain.connections.push_back({2, 0, "Post telemetry"});
    }
    at.add(chain);
    const auto found = find_shortcuts(*at.chains.find(chain.id));
    CHECK_FALSE(found.telemetry);
    CHECK(found.attributes);
  }
  SECTION("no first node") {
    chain.first_node.reset();
    at.add(chain);
    const auto found = find_shortcuts(*at.chains.find(chain.id));
    CHECK_FALSE(found.telemetry);
    CHECK_FALSE(found.rpc_to_device);
    CHECK(found.events);
  }
}

} // namespace muster::test
