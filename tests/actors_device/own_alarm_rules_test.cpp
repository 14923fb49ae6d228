#include "actors/rules/alarms/calculated_fields.hpp"
#include "actors/rules/alarms/profile_alarms.hpp"
#include "tests/actors_device/chained_device.hpp"

#include <nlohmann/json.hpp>

namespace muster::test {

namespace {

calculated_field field_named(const std::string& name, int limit,
                             const std::string& kind = "SIMPLE") {
  calculated_field field;
  field.id = random_uuid();
  field.name = name;
  const std::string text =
      R"({"type":"ALARM","arguments":{"t":{"refEntityKey":{"key":"t","type":"TS_LATEST"}}},
          "createRules":{"MAJOR":{"condition":{"type":")" +
      kind +
      R"(","unit":"MINUTES","value":{"staticValue":1},"expression":{"type":"SIMPLE","filters":[{"argument":"t",
          "valueType":"NUMERIC","predicates":[{"type":"NUMERIC","operation":"GREATER","value":{"staticValue":)" +
      std::to_string(limit) + "}}]}]}}}}}";
  field.configuration.text = nlohmann::ordered_json::parse(text).dump();
  return field;
}

/// A device of a profile without alarm rules, until it is given some.
struct field_device {
  field_device() {
    device_rules rules;
    rules.scripts = &scripts;
    entry.set(std::move(rules));
    bench.rules = &entry;
    bench.crash();
  }

  reply save(const std::vector<calculated_field>& fields) {
    const auto version = bench.stored().info.version;
    return bench.answer(bench.application(save_calculated_fields{stored_fields(fields), version}));
  }
  void measure(double value) {
    bench.clock.advance(1'000);
    bench.device(telemetry("t", value));
  }
  std::set<std::string> active() {
    std::set<std::string> types;
    for (const auto& one : bench.stored().alarms) {
      types.insert(one.type);
    }
    return types;
  }

  script_engine scripts;
  rules_entry entry;
  device_bench bench;
};

using names = std::set<std::string>;

} // namespace

TEST_CASE("a device has alarm rules of its own") {
  field_device d;
  const auto hot = field_named("hot", 30);
  const auto saved = std::get<device_info>(d.save({hot}));
  CHECK(saved.version == 2);
  CHECK(fields_of(d.bench.stored().info) == std::vector{hot});
  d.measure(31);
  CHECK(d.active() == names{"hot"});

  SECTION("that outlive a crash") {
    d.bench.crash();
    REQUIRE(is<device_info>(d.save({hot, field_named("hotter", 40)})));
    d.bench.crash();
    d.measure(41);
    CHECK(d.active() == names{"hot", "hotter"});
  }
  SECTION("and those of its profile") {
    auto rules = *d.entry.get();
    rules.alarms = std::make_shared<const alarm_programs>(
        alarm_programs{*program_of(field_named("of the profile", 35))});
    d.entry.set(std::move(rules));
    d.measure(32);
    CHECK(d.active() == names{"hot"});
    d.measure(36);
    CHECK(d.active() == names{"hot", "of the profile"});
  }
  SECTION("until they are taken from it") {
    REQUIRE(is<device_info>(d.save({})));
    CHECK(d.bench.stored().info.calculated_fields == json_text{"null"});
    d.measure(10);
    d.bench.application(change_alarm{d.bench.stored().alarms.front().id, alarm_action::clear});
    d.measure(99);
    CHECK(d.active().empty());
  }
  SECTION("whatever else of it changes") {
    auto info = d.bench.stored().info;
    info.name = "other";
    info.calculated_fields = {"null"};
    REQUIRE(
        is<device_info>(d.bench.answer(d.bench.application(update_device{info, std::nullopt}))));
    CHECK(fields_of(d.bench.stored().info) == std::vector{hot});
  }
}

TEST_CASE("a duration of a device's own field goes on over a crash") {
  field_device d;
  d.save({field_named("long", 30, "DURATION")});
  d.measure(31);
  d.bench.crash();
  d.bench.pass(60'000);
  CHECK(d.active().empty());
  d.bench.pass(1);
  CHECK(d.active() == names{"long"});
}

TEST_CASE("a device's own fields are changed by who has seen them, and not by a customer's user") {
  field_device d;
  const save_calculated_fields blind{stored_fields({}), 7};
  CHECK(is_error(d.bench.answer(d.bench.application(blind)), error_code::version_conflict));
  const customer_id owner{random_uuid()};
  caller user = administrator();
  user.role = authority::customer_user;
  user.customer = owner;
  d.bench.application(assign_device{});
  CHECK(is_error(d.bench.answer(d.bench.send(user, blind)), error_code::forbidden));
}

} // namespace muster::test
