#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

/// How many entries are saved; -1: the message failed.
int saved_with(chain_bench& at, const std::string& settings, std::string body) {
  at.device.done.clear();
  const auto left =
      at.through("telemetry.TbMsgTimeseriesNode", R"({"processingSettings":)" + settings + "}",
                 message_of(at.device, "POST_TELEMETRY_REQUEST", std::move(body)));
  REQUIRE(left.size() == 1);
  return left.front().first == "Success" ? static_cast<int>(at.device.done.size()) : -1;
}

std::string advanced(const std::string& history, const std::string& latest) {
  return R"({"type":"ADVANCED","timeseries":)" + history + R"(,"latest":)" + latest +
         R"(,"webSockets":{"type":"SKIP"},"calculatedFields":{"type":"SKIP"}})";
}

} // namespace

TEST_CASE("of each interval the first values are saved") {
  chain_bench at;
  at.device.values = {{"a", 61'000, std::int64_t{1}}};
  const std::string minutes =
      GENERATE(std::string(R"({"type":"DEDUPLICATE","deduplicationIntervalSecs":60})"),
               advanced(R"({"type":"DEDUPLICATE","deduplicationIntervalSecs":60})",
                        R"({"type":"DEDUPLICATE","deduplicationIntervalSecs":60})"));
  CHECK(saved_with(at, minutes, R"({"ts":119999,"values":{"a":2}})") == 0);
  CHECK(saved_with(at, minutes, R"({"ts":60000,"values":{"a":2}})") == 0);
  CHECK(saved_with(at, minutes, R"({"ts":120000,"values":{"a":2}})") == 1);
  CHECK(saved_with(at, minutes, R"({"ts":59999,"values":{"a":2}})") == 1);
  CHECK(saved_with(at, minutes, R"({"ts":61001,"values":{"a":2,"b":1}})") == 1);
}

TEST_CASE("advanced processing saves history and latest values together") {
  chain_bench at;
  const std::string every = R"({"type":"ON_EVERY_MESSAGE"})";
  const std::string skip = R"({"type":"SKIP"})";
  CHECK(saved_with(at, advanced(every, every), R"({"a":2})") == 1);
  CHECK(saved_with(at, advanced(skip, skip), R"({"a":2})") == 0);
  CHECK(saved_with(at, advanced(every, skip), R"({"a":2})") == -1);
  REQUIRE_FALSE(at.failures.empty());
  CHECK(at.failures.back().find("not supported yet") != std::string::npos);
}

TEST_CASE("processing that nobody knows breaks the node") {
  chain_bench at;
  for (const auto* const wrong : {"5", R"({"type":"SKIP"})", R"({})", R"({"type":"ADVANCED"})",
                                  R"({"type":"DEDUPLICATE","deduplicationIntervalSecs":0})",
                                  R"({"type":"DEDUPLICATE","deduplicationIntervalSecs":86401})"}) {
    CHECK(saved_with(at, wrong, R"({"a":2})") == -1);
  }
}

TEST_CASE("telemetry that is saved by intervals is not cut short") {
  chain_bench at;
  chain_builder made;
  made.node("telemetry.TbMsgTimeseriesNode", R"({"processingSettings":{"type":"DEDUPLICATE"}})");
  at.add(made.chain);
  CHECK_FALSE(find_shortcuts(*at.chains.find(made.chain.id)).telemetry);
}

} // namespace muster::test
