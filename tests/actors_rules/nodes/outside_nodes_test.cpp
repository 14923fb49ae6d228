#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

const std::string fetch_class = "metadata.TbGetTelemetryNode";

rule_message told_outside(const chain_bench& at) {
  auto message = message_of(at.device, "POST_TELEMETRY_REQUEST", R"({"t":21})");
  message.metadata["from"] = "5";
  return message;
}

history_work fetched(chain_bench& at, std::string configuration) {
  at.device.left.clear();
  at.through(fetch_class, std::move(configuration), told_outside(at));
  REQUIRE(at.device.left.size() == 1);
  return std::get<history_work>(at.device.left.front().what);
}

} // namespace

TEST_CASE("the telemetry node asks for what it is told") {
  chain_bench at;
  const auto usual = fetched(at, R"({"latestTsKeyNames":["a","k${from}"]})");
  CHECK(
      usual ==
      (history_work{
          {"a", "k5"}, at.now.wall - 120'000, at.now.wall - 60'000, aggregation::none, 1, false}));
  CHECK(fetched(at, R"({"latestTsKeyNames":["a"],"fetchMode":"LAST","limit":7})").descending);
  const auto all = fetched(at, R"({"latestTsKeyNames":["a"],"fetchMode":"ALL","limit":7,)"
                               R"("orderBy":"DESC","aggregation":"MAX","startInterval":2,)"
                               R"("startIntervalTimeUnit":"DAYS","endInterval":0})");
  CHECK(all ==
        (history_work{{"a"}, at.now.wall - 172'800'000, at.now.wall, aggregation::max, 7, true}));
  const auto by_pattern =
      fetched(at, R"({"latestTsKeyNames":["a"],"useMetadataIntervalPatterns":true,)"
                  R"("startIntervalPattern":"${from}","endIntervalPattern":"$[t]"})");
  CHECK(by_pattern.start == 5);
  CHECK(by_pattern.end == 21);
}

TEST_CASE("the telemetry node adds what was found to the metadata") {
  chain_bench at;
  history_found found{{{"a", {{1, 22.5}, {2, std::string("x")}}}, {"none", {}}}};
  const auto added = [&](std::string configuration) {
    fetched(at, std::move(configuration));
    const auto gone = at.go_on(at.device.left.front(), found);
    REQUIRE(gone.size() == 1);
    CHECK(gone.front().first == "Success");
    CHECK_FALSE(gone.front().second.metadata.contains("none"));
    return gone.front().second.metadata.at("a");
  };
  CHECK(added(R"({"latestTsKeyNames":["a"]})") == R"("22.5")");
  CHECK(added(R"({"latestTsKeyNames":["a"],"fetchMode":"ALL"})") ==
        R"([{"ts":1,"value":22.5},{"ts":2,"value":"x"}])");
  at.go_on(at.device.left.front(), work_failed{"too much"});
  CHECK(at.failures == std::vector<std::string>{"too much"});
}

TEST_CASE("the telemetry node refuses configurations that make no sense") {
  chain_bench at;
  for (const std::string wrong :
       {R"({})", R"({"latestTsKeyNames":["a"],"startInterval":1})",
        R"({"latestTsKeyNames":["a"],"fetchMode":"ALL","limit":1})",
        R"({"latestTsKeyNames":["a"],"useMetadataIntervalPatterns":true})"}) {
    at.through(fetch_class, wrong, told_outside(at));
  }
  at.through(fetch_class,
             R"({"latestTsKeyNames":["a"],"useMetadataIntervalPatterns":true,)"
             R"("startIntervalPattern":"${no}","endIntervalPattern":"5"})",
             told_outside(at));
  CHECK(at.failures.size() == 5);
  CHECK(at.device.left.empty());
}

TEST_CASE("the nodes of customers leave it to the directory whose the device is") {
  chain_bench at;
  at.through("action.TbAssignToCustomerNode",
             R"({"customerNamePattern":"C${from}","createCustomerIfNotExists":true})",
             told_outside(at));
  at.through("action.TbUnassignFromCustomerNode", "{}", told_outside(at));
  REQUIRE(at.device.left.size() == 2);
  CHECK((at.device.left.front().what == chain_work(assign_work{"C5", true})));
  CHECK((at.device.left.back().what == chain_work(assign_work{})));
  CHECK(at.go_on(at.device.left.back(), work_done{}).front().first == "Success");
  CHECK(at.go_on(at.device.left.back(), work_failed{"no"}).front().first == "Failure");
  at.through("action.TbAssignToCustomerNode", "{}", told_outside(at));
  CHECK(at.device.left.size() == 2);
}

} // namespace muster::test
