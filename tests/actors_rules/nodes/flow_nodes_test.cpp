#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

TEST_CASE("nodes that have nothing to do send a message on") {
  chain_bench at;
  for (const auto* node :
       {"flow.TbAckNode", "flow.TbCheckpointNode", "profile.TbDeviceProfileNode"}) {
    const auto left = at.through(node, "{}", message_of(at.device, "any", "[1]"));
    REQUIRE(left.size() == 1);
    CHECK(left.front().first == "Success");
    CHECK(left.front().second.data.text() == "[1]");
  }
}

TEST_CASE("the profile node in front of the default chain leaves it what it was") {
  chain_bench at;
  auto chain = default_chain();
  chain.nodes.push_back(chain.nodes.front());
  chain.nodes.back().type = "org.thingsboard.rule.engine.profile.TbDeviceProfileNode";
  chain.connections.push_back({6, *chain.first_node, "Success"});
  chain.first_node = 6;
  at.add(chain);
  CHECK(find_shortcuts(*at.chains.find(chain.id)) == chain_shortcuts{});
}

TEST_CASE("a mail is made of the message, and written to the log only") {
  chain_bench at;
  const auto message = message_of(at.device, "any", R"({"t":40})");
  const auto made = at.through("mail.TbMsgToEmailNode",
                               R"({"fromTemplate":"a@b.c","toTemplate":"${deviceName}@b.c",)"
                               R"("subjectTemplate":"hot","bodyTemplate":"$[t] degrees",)"
                               R"("mailBodyType":"dynamic","isHtmlTemplate":"${html}"})",
                               message);
  REQUIRE(made.size() == 1);
  CHECK(made.front().first == "Success");
  CHECK(made.front().second.type == "SEND_EMAIL");
  CHECK(made.front().second.data.text() ==
        R"({"from":"a@b.c","to":"thermometer@b.c","subject":"hot","body":"40 degrees",)"
        R"("html":false})");
  CHECK(at.through("mail.TbSendEmailNode", "{}", made.front().second).front().first == "Success");
  CHECK(at.through("mail.TbSendEmailNode", "{}", message).front().first == "Failure");
}

} // namespace muster::test
