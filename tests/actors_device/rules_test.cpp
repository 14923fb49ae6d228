#include "tests/actors_device/device_bench.hpp"

namespace muster::test {

namespace {

class ruled_bench : public device_bench {
public:
  ruled_bench() {
    rules = &entry;
    crash();
  }

  void set(std::int64_t ttl, milliseconds inactivity, bool gone = false) {
    device_rules now;
    now.default_ttl_seconds = ttl;
    now.inactivity_timeout = inactivity;
    now.tenant_gone = gone;
    entry.set(std::move(now));
  }

  timestamp newest_expiry() {
    timestamp expires = -1;
    const auto scanned = rows->scan_history({device_of(1), 0, INT64_MAX, true}, clock.at.wall,
                                            [&](const persistence::append_history& row) {
                                              expires = row.expires;
                                              return persistence::scan_step::stop;
                                            });
    REQUIRE(scanned.has_value());
    return expires;
  }

  bool active() { return stored().due_inactivity.has_value(); }

  rules_entry entry;
};

} // namespace

TEST_CASE("telemetry without a time to live gets its profile's") {
  ruled_bench at;
  at.device(telemetry("a", true));
  CHECK(at.newest_expiry() == 0);
  at.set(60, 0);
  at.clock.advance(1);
  at.device(telemetry("a", true));
  CHECK(at.newest_expiry() == at.clock.at.wall + 60'000);
  at.clock.advance(1);
  auto own = telemetry("a", true);
  own.ttl_seconds = 5;
  at.device(own);
  CHECK(at.newest_expiry() == at.clock.at.wall + 5'000);
  at.set(0, 0);
  at.clock.advance(1);
  at.device(telemetry("a", true));
  CHECK(at.newest_expiry() == 0);
}

TEST_CASE("a device is silent after its profile's time, unless it has its own") {
  ruled_bench at;
  at.set(0, 30'000);
  at.device(telemetry("a", true));
  at.pass(29'999);
  CHECK(at.active());
  at.pass(1);
  CHECK_FALSE(at.active());
  at.application(
      save_attributes{attribute_scope::server, {{"inactivityTimeout", std::int64_t{50'000}}}});
  at.device(telemetry("a", true));
  at.pass(49'999);
  CHECK(at.active());
  at.pass(1);
  CHECK_FALSE(at.active());
  at.application(delete_attributes{attribute_scope::server, {"inactivityTimeout"}});
  at.device(telemetry("a", true));
  at.pass(30'000);
  CHECK_FALSE(at.active());
}

TEST_CASE("a changed time-out counts from the next message or deadline on") {
  ruled_bench at;
  at.device(telemetry("a", true));
  at.set(0, 30'000);
  at.device(telemetry("a", true));
  at.pass(30'000);
  CHECK_FALSE(at.active());
  at.device(telemetry("a", true));
  at.set(0, 90'000);
  at.pass(89'999);
  CHECK(at.active());
  at.set(0, 0);
  at.device(telemetry("a", true));
  at.pass(device_activity::default_timeout - 1);
  CHECK(at.active());
  at.pass(1);
  CHECK_FALSE(at.active());
}

TEST_CASE("a restart keeps the profile's time-out") {
  ruled_bench at;
  at.set(0, 30'000);
  at.device(telemetry("a", true));
  at.crash();
  at.pass(30'000);
  CHECK_FALSE(at.active());
}

TEST_CASE("a deleted tenant's device is refused, and can still be removed") {
  ruled_bench at;
  at.set(0, 0, true);
  CHECK(is_error(at.answer(at.device(telemetry("a", true))), error_code::unauthorized));
  CHECK(is_error(at.answer(at.device(offer_claim{})), error_code::unauthorized));
  CHECK(is<done>(at.answer(at.send(system_sender{}, delete_device{}))));
}

} // namespace muster::test
