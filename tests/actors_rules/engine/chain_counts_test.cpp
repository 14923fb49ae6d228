#include "actors/rules/engine/chain_counts.hpp"
#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

#include <thread>

namespace muster::test {

namespace {

chain_figures counted(const chain_bench& at, const rule_chain& chain) {
  return at.chains.find(chain.id)->counts->read();
}

} // namespace

TEST_CASE("a chain counts what reaches its nodes and what fails there") {
  chain_bench at;
  chain_builder made;
  const auto filter =
      made.node("filter.TbJsFilterNode", R"({"jsScript":"return msg.t.length > 1;"})");
  const auto save = made.node("telemetry.TbMsgTimeseriesNode");
  made.connect(filter, "True", save);
  at.add(made.chain);
  at.run("POST_TELEMETRY_REQUEST", R"({"t":"long"})");
  at.run("POST_TELEMETRY_REQUEST", R"({"t":""})");
  CHECK(counted(at, made.chain).nodes[filter].errors == 0);
  at.run("POST_TELEMETRY_REQUEST", R"({"t":null})");
  const auto found = counted(at, made.chain);
  CHECK(found.messages == 3);
  CHECK(found.nodes[filter].messages == 3);
  CHECK(found.nodes[save].messages == 1);
  CHECK(found.nodes[filter].errors == 1);
  REQUIRE(found.nodes[filter].last_error);
  CHECK(found.nodes[filter].last_error->why.find("null") != std::string::npos);
  CHECK(found.nodes[filter].last_error->at == at.now.wall);
  CHECK(found.nodes[filter].last_error->originator.id == at.device.info().id.value);
  CHECK_FALSE(found.nodes[save].last_error);
}

TEST_CASE("times of nodes are taken while somebody wants them") {
  chain_bench at;
  chain_builder made;
  made.node("filter.TbJsFilterNode", R"({"jsScript":"return true;"})");
  at.add(made.chain);
  at.run("POST_TELEMETRY_REQUEST", "{}");
  std::atomic<bool> timed{false};
  at.chains.timed = &timed;
  at.run("POST_TELEMETRY_REQUEST", "{}");
  CHECK(counted(at, made.chain).nodes[0].nanoseconds == 0);
  timed = true;
  at.run("POST_TELEMETRY_REQUEST", "{}");
  CHECK(counted(at, made.chain).nodes[0].nanoseconds > 0);
}

TEST_CASE("counts of all threads come together") {
  constexpr int threads = 24;
  constexpr std::uint64_t times = 2'000;
  chain_counts counts(2);
  std::vector<std::thread> running;
  for (int at = 0; at < threads; ++at) {
    running.emplace_back([&counts] {
      for (std::uint64_t time = 0; time < times; ++time) {
        counts.entered();
        counts.reached(1);
        counts.worked(1, 3);
        counts.failed(1, "why", {}, 5);
      }
    });
  }
  for (auto& one : running) {
    one.join();
  }
  const auto found = counts.read();
  CHECK(found.messages == threads * times);
  CHECK(found.nodes[0].messages == 0);
  CHECK(found.nodes[1].messages == threads * times);
  CHECK(found.nodes[1].nanoseconds == 3 * threads * times);
  CHECK(found.nodes[1].errors == threads * times);
  REQUIRE(found.nodes[1].last_error);
  CHECK(found.nodes[1].last_error->why == "why");
}

} // namespace muster::test
