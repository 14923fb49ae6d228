#include "tests/actors_device/chained_device.hpp"
#include "tests/catch.hpp"

#include <limits>
#include <vector>

namespace muster::test {

namespace {

/// Telemetry is filtered, then saved.
struct debugged_device : chained_device {
  debugged_device() {
    node("filter.TbJsFilterNode", R"({"scriptLang":"JS","jsScript":"return msg.t > 0;"})");
    node("telemetry.TbMsgTimeseriesNode");
    node("rpc.TbSendRPCRequestNode");
    connect(0, "True", 1);
    connect(0, "False", 2);
  }

  rule_node_debug& debug(std::size_t at) { return chain.nodes.at(at).debug; }

  void sends(std::int64_t t) { bench.device(save_telemetry{{{std::nullopt, {{"t", t}}}}}); }

  /// Of a node, oldest first.
  std::vector<rule_event> events(std::size_t at) {
    persistence::rule_event_list which{bench.stored().info.tenant, {chain.nodes.at(at).id}, {}};
    which.filter.end = std::numeric_limits<timestamp>::max();
    // The chain is told that the device is active, too.
    which.filter.message_type = "POST_TELEMETRY_REQUEST";
    page_link link;
    link.size = 100;
    return bench.rows->list_rule_events(which, link).value().data;
  }
};

} // namespace

TEST_CASE("what passes a debugged node is kept with what it brought about") {
  debugged_device at;
  at.debug(0).all_enabled = true;
  at.use();
  at.sends(5);
  const auto events = at.events(0);
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == rule_event_kind::in);
  CHECK(events[0].relation.empty());
  CHECK(events[0].message_type == "POST_TELEMETRY_REQUEST");
  CHECK(events[0].data == R"({"t":5})");
  CHECK(events[0].metadata.find("\"deviceName\"") != std::string::npos);
  CHECK((events[0].originator == entity_ref{entity_type::device, device_of(1).value}));
  CHECK(events[1].kind == rule_event_kind::out);
  CHECK(events[1].relation == "True");
  CHECK(events[1].failure.empty());
  CHECK(events[1].message == events[0].message);
  CHECK(events[0].message != uuid{});
  CHECK(at.events(1).empty());
  CHECK(at.saved().contains("t"));
}

TEST_CASE("of a node that is debugged for a while nothing is kept afterwards") {
  debugged_device at;
  at.debug(1).all_enabled_until = at.bench.clock.at.wall + 1'000;
  at.use();
  at.sends(5);
  CHECK(at.events(1).size() == 2);
  at.bench.pass(1'000);
  at.sends(6);
  CHECK(at.events(1).size() == 2);
}

TEST_CASE("of a node that is debugged for failures these alone are kept") {
  debugged_device at;
  at.debug(0).failures_enabled = true;
  at.debug(2).failures_enabled = true;
  at.use();
  at.sends(5);
  CHECK(at.events(0).empty());
  at.sends(0);
  const auto failed = at.events(2);
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].relation == "Failure");
  CHECK_FALSE(failed[0].failure.empty());
}

TEST_CASE("long texts of events are cut between characters") {
  debugged_device at;
  at.debug(0).all_enabled = true;
  at.use();
  std::string long_text = "a";
  for (int i = 0; i < 3'000; ++i) {
    long_text += "é";
  }
  at.bench.device(save_telemetry{{{std::nullopt, {{"t", long_text}}}}});
  const auto events = at.events(0);
  REQUIRE_FALSE(events.empty());
  CHECK(events[0].data.size() <= 4'096);
  CHECK(events[0].data.size() >= 4'094);
  CHECK(static_cast<unsigned char>(events[0].data.back()) == 0xa9);
}

TEST_CASE("messages pass debugged nodes that they would need no chain for") {
  chained_device at;
  at.node("telemetry.TbMsgTimeseriesNode");
  at.use();
  CHECK(find_shortcuts(*at.entry.get()->entry).telemetry);
  at.chain.nodes[0].debug.failures_enabled = true;
  at.use();
  CHECK(find_shortcuts(*at.entry.get()->entry).telemetry);
  at.chain.nodes[0].debug.all_enabled = true;
  at.use();
  CHECK_FALSE(find_shortcuts(*at.entry.get()->entry).telemetry);
}

} // namespace muster::test
