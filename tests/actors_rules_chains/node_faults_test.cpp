#include "actors/rules/chains/node_faults.hpp"
#include "actors/rules/scripts/script_engine.hpp"
#include "tests/catch.hpp"

namespace muster {

namespace {

rule_node scripted_node(std::string body) {
  rule_node made;
  made.type = "org.thingsboard.rule.engine.filter.TbJsFilterNode";
  made.configuration.text = R"({"scriptLang":"JS","jsScript":")" + std::move(body) + R"("})";
  return made;
}

} // namespace

TEST_CASE("a node whose script does not compile says where") {
  script_engine scripts;
  rule_chain chain;
  chain.nodes = {scripted_node("return msg.a > 1;"), scripted_node("return (;"),
                 scripted_node("return missing.at.run.time;")};
  const auto faults = node_faults(chain, scripts);
  REQUIRE(faults.size() == 3);
  CHECK(faults[0].empty());
  CHECK(faults[1].find("line 1") != std::string::npos);
  CHECK(faults[2].empty());
}

} // namespace muster
