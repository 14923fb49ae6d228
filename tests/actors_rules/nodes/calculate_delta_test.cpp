#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

const std::string delta_class = "metadata.CalculateDeltaNode";

struct delta_bench : chain_bench {
  /// The way out and the body.
  std::string pass(const std::string& body, std::string configuration = "{}",
                   std::string_view type = "POST_TELEMETRY_REQUEST") {
    const auto left =
        through(delta_class, std::move(configuration), message_of(device, type, body));
    REQUIRE(left.size() == 1);
    return left.front().first + " " + left.front().second.data.text();
  }
};

} // namespace

TEST_CASE("a delta is what the latest value has grown by") {
  delta_bench at;
  CHECK(at.pass(R"({"z":1,"pulseCounter":7})") == R"(Success {"z":1,"pulseCounter":7,"delta":0})");
  at.device.values = {{"pulseCounter", 2, std::int64_t{5}}};
  CHECK(at.pass(R"({"pulseCounter":7})") == R"(Success {"pulseCounter":7,"delta":2})");
  CHECK(at.pass(R"({"pulseCounter":"7.25"})") == R"(Success {"pulseCounter":"7.25","delta":2.25})");
  CHECK(at.pass(R"({"pulseCounter":7})",
                R"({"addPeriodBetweenMsgs":true,"outputValueKey":"d","periodValueKey":"p"})") ==
        R"(Success {"pulseCounter":7,"d":2,"p":3})");
  at.device.values = {{"pulseCounter", 2, std::string("5.5")}};
  CHECK(at.pass(R"({"pulseCounter":7.785})", R"({"round":2})") ==
        R"(Success {"pulseCounter":7.785,"delta":2.29})");
}

TEST_CASE("a delta that is negative or zero does as the node says") {
  delta_bench at;
  at.device.values = {{"a", 2, 5.0}};
  CHECK(at.pass(R"({"a":4})", R"({"inputValueKey":"a"})") == R"(Failure {"a":4})");
  CHECK(at.pass(R"({"a":4})", R"({"inputValueKey":"a","tellFailureIfDeltaIsNegative":false})") ==
        R"(Success {"a":4,"delta":-1})");
  CHECK(at.pass(R"({"a":5})", R"({"inputValueKey":"a","excludeZeroDeltas":true})") ==
        R"(Success {"a":5})");
}

TEST_CASE("a delta of nothing goes along Other, of what is no number along Failure") {
  delta_bench at;
  CHECK(at.pass(R"({"a":4})") == R"(Other {"a":4})");
  CHECK(at.pass("[4]") == "Other [4]");
  CHECK(at.pass(R"({"pulseCounter":7})", "{}", "POST_ATTRIBUTES_REQUEST") ==
        R"(Other {"pulseCounter":7})");
  CHECK(at.pass(R"({"pulseCounter":true})") == R"(Failure {"pulseCounter":true})");
  CHECK(at.pass(R"({"pulseCounter":"inf"})") == R"(Failure {"pulseCounter":"inf"})");
  at.device.values = {{"pulseCounter", 2, std::string("much")}};
  CHECK(at.pass(R"({"pulseCounter":7})") == R"(Failure {"pulseCounter":7})");
  CHECK(at.pass(R"({"pulseCounter":7})", R"({"round":-1})") == R"(Failure {"pulseCounter":7})");
}

} // namespace muster::test
