#include "tests/actors_device/device_bench.hpp"

using namespace muster;
using namespace muster::test;

namespace {

std::vector<latest_value> latest_of(device_bench& d) {
  return std::get<std::vector<latest_value>>(d.answer(d.application(read_latest{})));
}

} // namespace

TEST_CASE("a message in time order is one row, and its snapshot comes later") {
  device_bench d;
  d.device(telemetry("a", std::int64_t{0}));
  for (int i = 1; i < 63; ++i) {
    d.clock.advance(10);
    d.device(telemetry("a", std::int64_t{i}));
    CHECK(d.last_mutations == 1);
  }
  CHECK(d.stored().latest.values.empty());
  CHECK(d.stored().journal.size() == 63);
  d.device(telemetry("a", std::int64_t{63}));
  CHECK(d.last_mutations == 2);
  CHECK(d.stored().journal.empty());
  d.device(telemetry("a", std::int64_t{64}));
  d.crash();
  CHECK(latest_of(d) == std::vector<latest_value>{{"a", d.clock.at.wall, std::int64_t{64}}});
}

TEST_CASE("a late message, one with a time to live, and an application's come with a snapshot") {
  device_bench d;
  d.device(telemetry("a", true, 5'000));
  d.application(telemetry("a", true, 6'000));
  // The third is the entry of the audit log.
  CHECK(d.last_mutations == 3);
  d.device(telemetry("a", false, 5'999));
  CHECK(d.last_mutations == 2);
  auto mortal = telemetry("b", true, 7'000);
  mortal.ttl_seconds = INT64_MAX;
  d.device(mortal);
  CHECK(d.last_mutations == 2);
  d.crash();
  CHECK(latest_of(d) == std::vector<latest_value>{{"a", 6'000, true}, {"b", 7'000, true}});
}

TEST_CASE("the newest time wins; of equal times the later arrival") {
  device_bench d;
  d.device(telemetry("a", std::int64_t{1}, 2'000));
  d.device(telemetry("a", std::int64_t{2}, 1'000));
  d.device(telemetry("a", std::int64_t{3}, 2'000));
  CHECK(latest_of(d) == std::vector<latest_value>{{"a", 2'000, std::int64_t{3}}});
  d.crash();
  CHECK(latest_of(d) == std::vector<latest_value>{{"a", 2'000, std::int64_t{3}}});
}

TEST_CASE("the server gives no older time than before, whatever the clock does") {
  device_bench d;
  const auto newest = d.clock.at.wall;
  d.device(telemetry("a", std::int64_t{1}));
  d.clock.at.wall -= 3'600'000;
  d.device(telemetry("a", std::int64_t{2}));
  CHECK(latest_of(d)[0].ts == newest);
  d.crash();
  d.device(telemetry("a", std::int64_t{3}));
  CHECK(latest_of(d) == std::vector<latest_value>{{"a", newest, std::int64_t{3}}});
}

TEST_CASE("a time of the future given by a device is not given by the server") {
  device_bench d;
  d.device(telemetry("a", true, d.clock.at.wall + 1'000'000));
  d.device(telemetry("b", true));
  CHECK(latest_of(d)[1].ts == d.clock.at.wall);
}

TEST_CASE("elements without a time share one; empty ones cost nothing") {
  device_bench d;
  d.device(
      save_telemetry{{{{}, {{"a", true}}}, {{}, {}}, {5, {{"b", true}}}, {{}, {{"c", true}}}}, 0});
  CHECK(latest_of(d)[0].ts == latest_of(d)[2].ts);
  d.device(save_telemetry{{{{}, {}}}, 0});
  CHECK(d.last_mutations == 0);
  const auto asked = d.application(read_latest{std::vector<std::string>{"c", "none", "a"}});
  CHECK(std::get<std::vector<latest_value>>(d.answer(asked)).size() == 2);
}

TEST_CASE("a device is active from its first word until it was silent") {
  device_bench d;
  const auto shown = [&] {
    const auto read = d.application(read_attributes{attribute_scope::server, {}});
    return std::get<std::vector<attribute>>(d.answer(read));
  };
  CHECK(shown() == std::vector<attribute>{{"active", info_of(1).created, false}});
  const auto spoke = d.clock.at.wall;
  d.device(telemetry("a", true));
  d.crash();
  CHECK(shown() ==
        std::vector<attribute>{{"active", spoke, true}, {"lastActivityTime", spoke, spoke}});
  d.pass(300'000);
  d.poll_rpc_for(1, 0);
  d.pass(599'999);
  CHECK(shown()[0].val == value(true));
  d.pass(1);
  const auto silent = d.clock.at.wall;
  d.crash();
  CHECK(shown() ==
        std::vector<attribute>{{"active", silent, false},
                               {"inactivityAlarmTime", silent, silent},
                               {"lastActivityTime", silent - 600'000, silent - 600'000}});
  d.device(telemetry("a", true));
  CHECK(shown()[0].val == value(true));
}

TEST_CASE("the inactivity timeout takes effect at once") {
  device_bench d;
  d.device(telemetry("a", true));
  d.clock.advance(60'000);
  const auto set = [&](value val) {
    d.application(
        save_attributes{attribute_scope::server, {{"inactivityTimeout", std::move(val)}}});
  };
  const auto active = [&] {
    const auto read =
        d.application(read_attributes{attribute_scope::server, std::vector<std::string>{"active"}});
    return std::get<std::vector<attribute>>(d.answer(read)).front().val == value(true);
  };
  set(std::int64_t{90'000});
  d.pass(29'999);
  CHECK(active());
  d.pass(1);
  CHECK_FALSE(active());
  set(std::string("900000"));
  CHECK(active());
  set(std::int64_t{-1});
  d.crash();
  d.pass(510'000);
  CHECK_FALSE(active());
}

TEST_CASE("signs of life that history does not tell are saved within a minute") {
  device_bench d;
  const auto spoke = d.clock.at.wall;
  d.poll_rpc_for(1, 0);
  CHECK(d.stored().latest.seen.last_activity == 0);
  d.pass(60'000);
  CHECK(d.stored().latest.seen.last_activity == spoke);
  CHECK(d.state->next_deadline(d.clock.at) > d.clock.at.steady);
}

TEST_CASE("telemetry of an application is no sign of life") {
  device_bench d;
  d.application(telemetry("a", true));
  d.crash();
  CHECK_FALSE(d.stored().due_inactivity);
}
