#include "tests/actors_device/chained_device.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

/// Telemetry is saved after ten seconds.
void make_delaying(chained_device& at, std::string configuration = R"({"periodInSeconds":10})") {
  at.node("filter.TbMsgTypeSwitchNode");
  at.node("delay.TbMsgDelayNode", std::move(configuration));
  at.node("telemetry.TbMsgTimeseriesNode");
  at.connect(0, "Post telemetry", 1);
  at.connect(1, "Success", 2);
  at.connect(1, "Failure", 2);
  at.use();
}

} // namespace

TEST_CASE("a message that a chain delays goes on once, whatever happens meanwhile") {
  chained_device at;
  make_delaying(at);
  at.bench.device(telemetry_of("t", 1));
  CHECK(at.saved().empty());
  at.bench.pass(9'999);
  CHECK(at.saved().empty());
  SECTION("nothing") {
    at.bench.pass(1);
  }
  SECTION("the process dies") {
    at.bench.crash();
    CHECK(at.saved().empty());
    at.bench.pass(1);
  }
  SECTION("the process is away for long") {
    at.bench.clock.advance(1'000'000);
    at.bench.crash();
    at.bench.pass(0);
  }
  CHECK(at.saved() == std::set<std::string>{"t"});
  at.bench.crash();
  at.bench.pass(1'000'000);
  CHECK(at.bench.stored().outbox.size() == 1);
  CHECK_FALSE(at.bench.stored().due_outbox);
}

TEST_CASE("a device may leave while a message waits, and the store wants it back for that") {
  chained_device at;
  make_delaying(at);
  at.bench.device(telemetry_of("t", 1));
  CHECK(at.bench.state->can_leave());
  CHECK(at.bench.state->next_due() == at.bench.clock.at.wall + 10'000);
  CHECK(at.bench.stored().due_outbox == at.bench.clock.at.wall + 10'000);
}

TEST_CASE("messages that wait go on in the order of their times") {
  chained_device at;
  make_delaying(at, R"({"useMetadataPeriodInSecondsPatterns":true,)"
                    R"("periodInSecondsPattern":"$[seconds]"})");
  at.bench.device(telemetry_of("seconds", 20));
  at.bench.device(telemetry_of("seconds", 10));
  at.bench.pass(10'000);
  CHECK((at.bench.state->latest().find("seconds")->val == value(std::int64_t{10})));
  CHECK(at.bench.stored().due_outbox == at.bench.clock.at.wall + 10'000);
  at.bench.pass(10'000);
  CHECK(at.bench.stored().outbox.size() == 1);
}

TEST_CASE("too much that waits fails what comes") {
  chained_device at;
  at.bench.settings.max_outbox_items = 2;
  make_delaying(at);
  at.bench.device(telemetry_of("a", 1));
  at.bench.device(telemetry_of("b", 1));
  CHECK(at.saved().empty());
  at.bench.device(telemetry_of("c", 1));
  CHECK(at.saved() == std::set<std::string>{"c"});
}

TEST_CASE("a crowd that waits for one time goes on in pieces") {
  chained_device at;
  make_delaying(at);
  for (int i = 0; i < 250; ++i) {
    at.bench.device(telemetry_of("k" + std::to_string(i), 1));
  }
  at.bench.clock.advance(10'000);
  at.bench.tick();
  CHECK(at.saved().size() == outbox::most_at_once);
  at.bench.pass(0);
  CHECK(at.saved().size() == 250);
}

TEST_CASE("a message whose node is gone when its time comes is gone, too") {
  chained_device at;
  make_delaying(at);
  at.bench.device(telemetry_of("t", 1));
  at.chain.nodes.erase(at.chain.nodes.begin() + 1);
  at.chain.connections.clear();
  at.use();
  at.bench.pass(10'000);
  CHECK(at.saved().empty());
  CHECK(at.bench.stored().outbox.size() == 1);
}

TEST_CASE("numbers of the outbox are never used again") {
  chained_device at;
  make_delaying(at);
  std::set<std::uint64_t> seen;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 70; ++i) {
      at.bench.device(telemetry_of("t", 1));
      CHECK(seen.insert(at.bench.stored().outbox.back().number).second);
    }
    at.bench.pass(10'000);
    at.bench.crash();
  }
}

TEST_CASE("of a pack of messages one goes on") {
  chained_device at;
  at.node("filter.TbMsgTypeSwitchNode");
  at.node("deduplication.TbMsgDeduplicationNode", R"({"interval":10,"strategy":"LAST"})");
  at.node("telemetry.TbMsgTimeseriesNode");
  at.connect(0, "Post telemetry", 1);
  at.connect(1, "Success", 2);
  at.use();
  const timestamp begin = at.bench.clock.at.wall;
  const auto send = [&](std::string key, timestamp ts) {
    at.bench.device(telemetry(std::move(key), std::int64_t{1}, ts));
  };
  send("a", begin);
  send("b", begin + 9'999);
  send("c", begin + 10'000);
  at.bench.pass(10'000);
  CHECK(at.saved() == std::set<std::string>{"b"});
  at.bench.crash();
  at.bench.pass(10'000);
  CHECK(at.saved() == std::set<std::string>{"b", "c"});
  CHECK(at.bench.stored().outbox.size() == 1);
}

TEST_CASE("a device that is deleted leaves no outbox behind") {
  chained_device at;
  make_delaying(at);
  at.bench.device(telemetry_of("t", 1));
  at.bench.application(delete_device{});
  CHECK_FALSE(at.bench.rows->read_device(device_of(1)).value());
  CHECK(at.bench.rows->read_due(shard_id{0}, never, 9).value().empty());
}

TEST_CASE("a chain's RPC outlives the process with its time") {
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
  at.bench.device(telemetry_of("t", 1));
  SECTION("killed") {
    at.bench.crash();
    at.bench.pass(60'000);
    CHECK((at.bench.state->latest().find("error")->val == value(std::string("TIMEOUT"))));
  }
  SECTION("moved to another node of a cluster") {
    effects out;
    std::vector<std::pair<command, reply_handle>> back;
    CHECK(at.bench.state->hand_over(false, at.bench.clock.at, out, back));
    at.bench.commit(std::move(out));
    at.bench.crash();
    const auto poll = at.bench.poll_rpc_for(1, 10'000);
    const auto number = number_of(at.bench.answer(poll));
    at.bench.report(1, true);
    at.bench.device(answer_rpc{number, answer_rpc::form::json, {"{\"state\":1}"}});
    CHECK(at.saved() == std::set<std::string>{"state"});
    CHECK(at.bench.state->mailbox().empty());
  }
  CHECK(at.bench.stored().outbox.size() == 1);
  CHECK(at.bench.stored().rpcs.empty());
}

} // namespace muster::test
