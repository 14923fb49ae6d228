#include "actors/rules/chains/chain_sources.hpp"
#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

/// A chain of one generator of the device, whose messages count.
chain_builder counting(const chain_bench& at, std::string more) {
  chain_builder made;
  made.node("debug.TbMsgGeneratorNode",
            R"({"originatorType":"DEVICE","originatorId":")" + to_string(at.device.info().id) +
                R"(","periodInSeconds":5,"jsScript":"return {msg: {n: (prevMsg.n || 0) + 1}, )"
                R"(metadata: {}, msgType: 'POST_TELEMETRY_REQUEST'};")" +
                more + "}");
  made.connect(0, "Success", made.node("telemetry.TbMsgTimeseriesNode"));
  return made;
}

} // namespace

TEST_CASE("a generator makes each message from the one before") {
  chain_bench at;
  const auto made = counting(at, "");
  at.add(made.chain);
  CHECK(actors_of_sources(made.chain) == std::vector<device_id>{at.device.info().id});
  begin_sources({at.chains, at.device, at.now});
  begin_sources({at.chains, at.device, at.now});
  REQUIRE(at.device.left.size() == 1);
  CHECK(std::get<wait_work>(at.device.left.front().what).until == at.now.wall + 5'000);
  for (int i = 0; i < 2; ++i) {
    const left_work next = at.device.left.back();
    at.go_on(next, time_has_come{std::get<wait_work>(next.what).kept});
  }
  CHECK(at.device.left.size() == 3);
  const std::string time = std::to_string(at.now.wall);
  CHECK(at.device.done == std::vector<std::string>{"telemetry " + time + R"( {"n":1} ttl 0)",
                                                   "telemetry " + time + R"( {"n":2} ttl 0)"});
}

TEST_CASE("a generator ends after as many as it is told") {
  chain_bench at;
  at.add(counting(at, R"(,"msgCount":1)").chain);
  begin_sources({at.chains, at.device, at.now});
  const left_work next = at.device.left.back();
  at.go_on(next, time_has_come{std::get<wait_work>(next.what).kept});
  REQUIRE(at.device.left.size() == 2);
  CHECK(std::get<wait_work>(at.device.left.back().what).until == INT64_MAX);
}

TEST_CASE("a generator of another device does nothing, and one of no known kind cannot run") {
  chain_bench at;
  chain_bench other;
  at.add(counting(other, "").chain);
  begin_sources({at.chains, at.device, at.now});
  CHECK(at.device.left.empty());
  at.through("debug.TbMsgGeneratorNode", R"({"originatorType":"ASSET","jsScript":"return {};"})",
             message_of(at.device, "any", "{}"));
  CHECK(at.failures.front().find("of RULE_NODE, DEVICE, CUSTOMER and TENANT only") !=
        std::string::npos);
}

TEST_CASE("a generator of no device makes its messages in the tenant's actor") {
  const std::string customer = "13814000-1dd2-11b2-8080-808080808080";
  const auto [said, kind] = GENERATE_COPY(
      std::pair(std::string(), entity_type::rule_node),
      std::pair(std::string(R"("originatorType":"RULE_NODE",)"), entity_type::rule_node),
      std::pair(std::string(R"("originatorType":"TENANT",)"), entity_type::tenant),
      std::pair(R"("originatorType":"CUSTOMER","originatorId":")" + customer + "\",",
                entity_type::customer));
  chain_bench at;
  chain_builder made;
  made.node("debug.TbMsgGeneratorNode",
            "{" + said + R"("periodInSeconds":5,"jsScript":"return {};"})");
  made.chain.tenant = at.device.info().tenant;
  at.add(made.chain);
  const device_id tenant{at.device.info().tenant.value};
  CHECK(actors_of_sources(made.chain) == std::vector<device_id>{tenant});
  begin_sources({at.chains, at.device, at.now});
  CHECK(at.device.left.empty());
  at.device.stand_for(tenant);
  begin_sources({at.chains, at.device, at.now});
  REQUIRE(at.device.left.size() == 1);
  const auto& of = at.device.left.front().place.message.originator;
  CHECK(of.kind == kind);
  CHECK(of.id == (kind == entity_type::tenant     ? tenant.value
                  : kind == entity_type::customer ? *parse_uuid(customer)
                                                  : made.chain.nodes.front().id.value));
}

} // namespace muster::test
