#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

TEST_CASE("the reply node answers the RPC that the metadata names") {
  chain_bench at;
  auto message = message_of(at.device, "TO_SERVER_RPC_REQUEST", R"({"time":"now"})");
  message.metadata["requestId"] = "7";
  message.metadata["serviceId"] = "s";
  message.metadata["sessionId"] = "t";
  SECTION("by the usual names") {
    CHECK(at.through("rpc.TbSendRPCReplyNode", "{}", message).front().first == "Success");
    CHECK(at.device.done == std::vector<std::string>{R"(answer 7 {"time":"now"})"});
  }
  SECTION("by names of its own") {
    message.metadata["mine"] = "8";
    at.through("rpc.TbSendRPCReplyNode", R"({"requestIdMetaDataAttribute":"mine"})", message);
    CHECK(at.device.done == std::vector<std::string>{R"(answer 8 {"time":"now"})"});
  }
  SECTION("without them it fails") {
    message.metadata.erase("sessionId");
    CHECK(at.through("rpc.TbSendRPCReplyNode", "{}", message).front().first == "Failure");
    CHECK(at.failures == std::vector<std::string>{"sessionId is not present in the metadata!"});
    CHECK(at.device.done.empty());
  }
}

TEST_CASE("the request node sends what the body says") {
  chain_bench at;
  const auto send = [&](std::string body) {
    return at.through("rpc.TbSendRPCRequestNode", "{}",
                      message_of(at.device, "any", std::move(body)));
  };
  CHECK(send(R"({"method":"on","params":{"a":1}})").empty());
  CHECK(send(R"({"method":"on","params":"{\"a\":2}"})").empty());
  CHECK(at.device.done == std::vector<std::string>{R"(rpc on {"a":1})", R"(rpc on {"a":2})"});
  CHECK(send(R"({"method":"on"})").front().first == "Failure");
  CHECK(send(R"({"params":{}})").front().first == "Failure");
  CHECK(send("[]").front().first == "Failure");
  CHECK(send(R"({"method":"on","params":"no json"})").front().first == "Failure");
  at.device.takes_rpcs = false;
  CHECK(send(R"({"method":"on","params":{}})").front().first == "Failure");
}

} // namespace muster::test
