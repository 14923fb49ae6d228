#include "http/limits/rate_limits.hpp"
#include "tests/catch.hpp"

#include <string_view>

using namespace muster;
using namespace muster::http;

namespace {

device_id device(std::uint32_t number) {
  device_id made;
  for (std::size_t i = 0; i < 4; ++i) {
    made.value.bytes[i] = static_cast<std::uint8_t>(number >> 8 * i);
  }
  return made;
}

device_rules rules_of(rate_limit device_rules::*which, std::string_view text) {
  device_rules rules;
  rules.tenant.value.bytes[15] = 1;
  rules.*which = *rate_limit::parse(text);
  return rules;
}

} // namespace

TEST_CASE("without a limit nothing is known of a device") {
  rate_limits limits;
  CHECK(!limits.take({}, device(1), counted::message, 1'000'000, 0));
  CHECK(limits.size() == 0);
}

TEST_CASE("each thing counted has its own limit") {
  rate_limits limits;
  device_rules rules = rules_of(&device_rules::device_messages, "1:10");
  rules.device_telemetry_messages = *rate_limit::parse("1:20");
  rules.device_data_points = *rate_limit::parse("2:30");
  for (const auto what : {counted::message, counted::telemetry_message, counted::data_point}) {
    CHECK(!limits.take(rules, device(1), what, 1, 0));
  }
  CHECK(limits.take(rules, device(1), counted::message, 1, 0) == 10'000);
  CHECK(limits.take(rules, device(1), counted::telemetry_message, 1, 0) == 20'000);
  CHECK(!limits.take(rules, device(1), counted::data_point, 1, 0));
  CHECK(limits.take(rules, device(1), counted::data_point, 1, 0) == 15'000);
  CHECK(!limits.take(rules, device(2), counted::message, 1, 0));
}

TEST_CASE("what a device may not send does not use up its tenant's limit") {
  rate_limits limits;
  device_rules rules = rules_of(&device_rules::device_messages, "1:10");
  rules.tenant_messages = *rate_limit::parse("2:10");
  CHECK(!limits.take(rules, device(1), counted::message, 1, 0));
  for (int i = 0; i < 10; ++i) {
    CHECK(limits.take(rules, device(1), counted::message, 1, 0));
  }
  CHECK(!limits.take(rules, device(2), counted::message, 1, 0));
  CHECK(limits.take(rules, device(3), counted::message, 1, 0));
}

TEST_CASE("those who are quiet are forgotten, and there is a bound") {
  rate_limits limits{64'000};
  const auto rules = rules_of(&device_rules::device_messages, "1:1");
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    // A thousand new ones in a second, and nobody comes again.
    CHECK(!limits.take(rules, device(i), counted::message, 1, i));
  }
  CHECK(limits.size() < 64U * 300U);
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    static_cast<void>(limits.take(rules, device(i), counted::message, 1, 200'000));
  }
  CHECK(limits.size() <= 64'000);
}
