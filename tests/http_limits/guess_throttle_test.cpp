#include "http/limits/guess_throttle.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <string>

using namespace muster;
using namespace muster::http;

namespace {

/// Admitted, and the password is wrong.
std::optional<milliseconds> fail_once(guess_throttle& throttle, const std::string& user,
                                      const std::string& address, milliseconds now) {
  const auto wait = throttle.admit(user, address, now);
  if (!wait) {
    throttle.failed(user, address, now);
  }
  return wait;
}

void fail_times(guess_throttle& throttle, int times, const std::string& user,
                const std::string& address, milliseconds& now) {
  for (int i = 0; i < times; ++i) {
    if (const auto wait = fail_once(throttle, user, address, now)) {
      now += *wait;
      REQUIRE_FALSE(fail_once(throttle, user, address, now));
    }
  }
}

} // namespace

TEST_CASE("Each failure beyond the free ones doubles the wait") {
  guess_throttle throttle;
  milliseconds now = 1'000'000;
  fail_times(throttle, 5, "ada", "10.0.0.1", now);
  for (const milliseconds expected : {1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000}) {
    const auto wait = fail_once(throttle, "ada", "10.0.0.1", now);
    REQUIRE(wait);
    CHECK(*wait == expected);
    CHECK(fail_once(throttle, "ADA", "10.0.0.1", now + *wait - 1) == 1);
    now += *wait;
    REQUIRE_FALSE(fail_once(throttle, "ada", "10.0.0.1", now));
  }
}

TEST_CASE("A right password forgets the failures before it") {
  guess_throttle throttle;
  milliseconds now = 0;
  fail_times(throttle, 5, "ada", "10.0.0.1", now);
  throttle.succeeded("ada", "10.0.0.1", now);
  CHECK_FALSE(fail_once(throttle, "ada", "10.0.0.1", now));
}

TEST_CASE("Nobody is locked out from another address") {
  guess_throttle throttle;
  milliseconds now = 0;
  fail_times(throttle, 12, "ada", "10.0.0.1", now);
  CHECK(fail_once(throttle, "ada", "10.0.0.1", now));
  CHECK_FALSE(fail_once(throttle, "ada", "10.0.0.2", now));
  CHECK_FALSE(fail_once(throttle, "ada", "2001:db8::1", now));
}

TEST_CASE("An IPv6 network is one address") {
  guess_throttle throttle;
  milliseconds now = 0;
  for (int i = 0; i < 5; ++i) {
    CHECK_FALSE(fail_once(throttle, "ada", "2001:db8:0:1::" + std::to_string(i), now));
  }
  CHECK(fail_once(throttle, "ada", "2001:db8:0:1::99", now));
  CHECK_FALSE(fail_once(throttle, "ada", "2001:db8:0:2::99", now));
}

TEST_CASE("One address can try many users only slowly, but known users go on") {
  guess_throttle throttle;
  milliseconds now = 0;
  CHECK_FALSE(throttle.admit("ada", "10.0.0.1", now));
  throttle.succeeded("ada", "10.0.0.1", now);
  for (std::uint32_t i = 0; i < guess_throttle::address_burst; ++i) {
    CHECK_FALSE(fail_once(throttle, "user" + std::to_string(i), "10.0.0.1", now));
  }
  CHECK(fail_once(throttle, "one more", "10.0.0.1", now) == 1'000);
  CHECK_FALSE(fail_once(throttle, "ada", "10.0.0.1", now));
  now += 1'000;
  CHECK_FALSE(fail_once(throttle, "one more", "10.0.0.1", now));
  CHECK(fail_once(throttle, "another", "10.0.0.1", now));
}

TEST_CASE("Tries under way are no failures, but there is a bound") {
  guess_throttle throttle;
  for (std::uint32_t i = 0; i < guess_throttle::most_in_flight; ++i) {
    CHECK_FALSE(throttle.admit("ada", "10.0.0.1", 0));
  }
  CHECK(throttle.admit("ada", "10.0.0.1", 0) == 1'000);
  for (std::uint32_t i = 0; i < guess_throttle::most_in_flight; ++i) {
    throttle.succeeded("ada", "10.0.0.1", 0);
  }
  CHECK_FALSE(throttle.admit("ada", "10.0.0.1", 0));
}

TEST_CASE("After too many failures one try runs at a time") {
  guess_throttle throttle;
  milliseconds now = 0;
  fail_times(throttle, 5, "ada", "10.0.0.1", now);
  now += 1'000;
  CHECK_FALSE(throttle.admit("ada", "10.0.0.1", now));
  CHECK(throttle.admit("ada", "10.0.0.1", now));
  throttle.failed("ada", "10.0.0.1", now);
  CHECK(throttle.admit("ada", "10.0.0.1", now) == 2'000);
}

TEST_CASE("What was not tried does not count") {
  guess_throttle throttle;
  for (int i = 0; i < 50; ++i) {
    CHECK_FALSE(throttle.admit("ada", "10.0.0.1", 0));
    throttle.untried("ada", "10.0.0.1", 0);
  }
}

TEST_CASE("Failures are forgotten after a while") {
  guess_throttle throttle;
  milliseconds now = 0;
  fail_times(throttle, 8, "ada", "10.0.0.1", now);
  now += guess_throttle::forget_after;
  for (std::uint32_t i = 0; i < guess_throttle::free_tries; ++i) {
    CHECK_FALSE(fail_once(throttle, "ada", "10.0.0.1", now));
  }
  CHECK(fail_once(throttle, "ada", "10.0.0.1", now));
}

TEST_CASE("Memory is bounded and waits are never long") {
  CHECK(rc::check([] {
    guess_throttle throttle{8};
    milliseconds now = 0;
    const auto tries = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 400));
    for (const int each : tries) {
      const auto wait = fail_once(throttle, std::string(1, static_cast<char>('a' + each % 7)),
                                  "10.0.0." + std::to_string(each / 7), now);
      RC_ASSERT(!wait || (*wait > 0 && *wait <= guess_throttle::longest_wait));
      RC_ASSERT(throttle.size() <= 8U);
      now += each;
    }
  }));
}
