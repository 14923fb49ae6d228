#include "actors/rules/alarms/profile_alarms.hpp"
#include "tests/actors_device/chained_device.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace muster::test {

namespace {

using json = nlohmann::ordered_json;

json threshold(const std::string& operation, double limit, const json& spec) {
  return {{"condition",
           {{"condition", json::array({{{"key", {{"type", "TIME_SERIES"}, {"key", "temperature"}}},
                                        {"valueType", "NUMERIC"},
                                        {"predicate",
                                         {{"type", "NUMERIC"},
                                          {"operation", operation},
                                          {"value", {{"defaultValue", limit}}}}}}})},
            {"spec", spec}}}};
}

json silence(bool active) {
  return {{"condition",
           {{"condition", json::array({{{"key", {{"type", "ATTRIBUTE"}, {"key", "active"}}},
                                        {"valueType", "BOOLEAN"},
                                        {"predicate",
                                         {{"type", "BOOLEAN"},
                                          {"operation", "EQUAL"},
                                          {"value", {{"defaultValue", active}}}}}}})}}}};
}

/// A device whose profile has alarm rules.
struct watched_device : chained_device {
  explicit watched_device(const json& create, const json& clear = {}) {
    json alarm{{"id", "1"}, {"alarmType", "hot"}, {"createRules", {{"MAJOR", create}}}};
    if (!clear.is_null()) {
      alarm["clearRule"] = clear;
    }
    programs = std::make_shared<const alarm_programs>(
        *read_profile_alarms(json{{"alarms", json::array({alarm})}}));
    hold();
  }

  /// The rules hold, beside the chain if there is one.
  void hold() {
    auto rules = *entry.get();
    rules.alarms = programs;
    rules.scripts = &scripts;
    entry.set(std::move(rules));
    bench.rules = &entry;
    bench.crash();
  }

  void measure(double temperature) {
    bench.clock.advance(1'000);
    bench.device(save_telemetry{{{std::nullopt, {{"temperature", temperature}}}}, 0});
  }

  std::vector<alarm> active() { return bench.stored().alarms; }

  std::shared_ptr<const alarm_programs> programs;
};

} // namespace

TEST_CASE("alarm rules raise and clear in the commit of what is saved") {
  watched_device at(threshold("GREATER", 30, {}), threshold("LESS", 25, {}));
  at.measure(20);
  CHECK(at.active().empty());
  at.measure(31);
  REQUIRE(at.active().size() == 1);
  CHECK(at.active()[0].type == "hot");
  CHECK(at.active()[0].severity == alarm_severity::major);
  CHECK(at.active()[0].start == at.bench.clock.at.wall);
  const auto first = at.active()[0];
  at.bench.crash();
  at.measure(32);
  REQUIRE(at.active().size() == 1);
  CHECK(at.active()[0].id == first.id);
  CHECK(at.active()[0].end == at.bench.clock.at.wall);
  at.measure(24);
  CHECK(at.active().empty());
  CHECK(at.bench.stored().counters.progress.empty());
}

TEST_CASE("a duration goes on over a crash and needs no message") {
  watched_device at(
      threshold("GREATER", 30,
                {{"type", "DURATION"}, {"unit", "MINUTES"}, {"predicate", {{"defaultValue", 5}}}}));
  at.measure(31);
  const auto due = at.bench.stored().due_alarm_rules;
  CHECK(due == at.bench.clock.at.wall + 300'001);
  CHECK(at.bench.state->next_due() <= due);
  at.bench.pass(100'000);
  at.bench.crash();
  at.bench.pass(200'000);
  CHECK(at.active().empty());
  at.bench.pass(1);
  CHECK(at.active().size() == 1);
  CHECK_FALSE(at.bench.stored().due_alarm_rules);

  SECTION("and ends with the device") {
    at.measure(20);
    at.measure(32);
    at.bench.application(delete_device{});
    CHECK_FALSE(at.bench.rows->read_device(device_of(1)).value());
    CHECK(at.bench.rows->read_due(shard_of(device_of(1)), INT64_MAX, 10).value().empty());
  }
}

TEST_CASE("a duration that is broken off begins anew") {
  watched_device at(
      threshold("GREATER", 30,
                {{"type", "DURATION"}, {"unit", "MINUTES"}, {"predicate", {{"defaultValue", 1}}}}));
  at.measure(31);
  at.bench.pass(50'000);
  at.measure(30);
  CHECK_FALSE(at.bench.stored().due_alarm_rules);
  CHECK(at.bench.stored().counters.progress.empty());
  at.measure(31);
  at.bench.pass(60'000);
  CHECK(at.active().empty());
  at.bench.pass(1);
  CHECK(at.active().size() == 1);
}

TEST_CASE("rules that are gone leave nothing behind") {
  watched_device at(
      threshold("GREATER", 30,
                {{"type", "DURATION"}, {"unit", "MINUTES"}, {"predicate", {{"defaultValue", 1}}}}));
  at.measure(31);
  at.entry.set({});
  at.bench.pass(60'001);
  CHECK(at.active().empty());
  CHECK_FALSE(at.bench.stored().due_alarm_rules);
  CHECK(at.bench.stored().counters.progress.empty());
}

TEST_CASE("late values in any order are a course") {
  watched_device at(
      threshold("GREATER", 30,
                {{"type", "DURATION"}, {"unit", "MINUTES"}, {"predicate", {{"defaultValue", 5}}}}));
  const timestamp now = at.bench.clock.at.wall;
  const auto entry = [&](milliseconds ago, double temperature) {
    return telemetry_entry{now - ago, {{"temperature", temperature}}};
  };
  at.bench.device(save_telemetry{{entry(0, 35), entry(400'000, 31), entry(200'000, 32)}, 0});
  REQUIRE(at.active().size() == 1);
  CHECK(at.active()[0].start == now);
  // Not the present value any more.
  at.measure(20);
  at.bench.device(save_telemetry{{entry(100'000, 40)}, 0});
  CHECK(at.bench.stored().counters.progress.empty());
}

TEST_CASE("an alarm that a user ends begins its rules anew") {
  watched_device at(
      threshold("GREATER", 30, {{"type", "REPEATING"}, {"predicate", {{"defaultValue", 2}}}}));
  at.measure(31);
  at.measure(31);
  REQUIRE(at.active().size() == 1);
  at.bench.application(change_alarm{at.active()[0].id, alarm_action::clear});
  CHECK(at.active().empty());
  at.measure(31);
  CHECK(at.active().empty());
  at.measure(31);
  REQUIRE(at.active().size() == 1);
  at.bench.application(change_alarm{at.active()[0].id, alarm_action::remove});
  at.measure(31);
  CHECK(at.active().empty());
}

TEST_CASE("a device that falls silent raises its alarm, and clears it when it is back") {
  watched_device at(silence(false), silence(true));
  at.measure(1);
  CHECK(at.active().empty());
  at.bench.pass(device_activity::default_timeout);
  CHECK(at.active().size() == 1);
  at.measure(1);
  CHECK(at.active().empty());
}

TEST_CASE("what a chain saves is looked at once") {
  watched_device at(
      threshold("GREATER", 30, {{"type", "REPEATING"}, {"predicate", {{"defaultValue", 3}}}}));
  at.node("profile.TbDeviceProfileNode");
  at.node("transform.TbTransformMsgNode",
          R"({"scriptLang":"JS","jsScript":"msg.temperature += 10; return {msg: msg};"})");
  at.node("telemetry.TbMsgTimeseriesNode", R"({"defaultTTL":0})");
  at.connect(0, "Success", 1);
  at.connect(1, "Success", 2);
  at.use();
  at.hold();
  at.measure(21);
  at.measure(22);
  CHECK(at.active().empty());
  at.measure(23);
  CHECK(at.active().size() == 1);
}

TEST_CASE("chains are told of alarms where the device profile node is") {
  watched_device at(
      threshold("GREATER", 30, {{"type", "REPEATING"}, {"predicate", {{"defaultValue", 1}}}}),
      threshold("LESS", 25, {}));
  const auto saves = [&](const std::string& key) {
    at.node(
        "transform.TbTransformMsgNode",
        R"({"scriptLang":"JS","jsScript":"var told = {}; told[msgType + ' )" + key +
            R"( ' + metadata.alarmConditionRepeats + ' ' + msg.type] = 1; return {msg: told, msgType: 'POST_TELEMETRY_REQUEST'};"})");
    at.node("telemetry.TbMsgTimeseriesNode", R"({"defaultTTL":0})");
  };
  at.node("profile.TbDeviceProfileNode");
  at.node("filter.TbMsgTypeSwitchNode");
  at.node("telemetry.TbMsgTimeseriesNode", R"({"defaultTTL":0})");
  saves("created");
  saves("updated");
  saves("cleared");
  at.connect(0, "Success", 1);
  at.connect(1, "Post telemetry", 2);
  at.connect(0, "Alarm Created", 3);
  at.connect(3, "Success", 4);
  at.connect(0, "Alarm Updated", 5);
  at.connect(5, "Success", 6);
  at.connect(0, "Alarm Cleared", 7);
  at.connect(7, "Success", 8);
  at.use();
  at.hold();
  at.measure(31);
  at.measure(32);
  at.measure(24);
  CHECK(
      (at.saved() == std::set<std::string>{"temperature", "ALARM created 1 hot",
                                           "ALARM updated 2 hot", "ALARM cleared undefined hot"}));
}

TEST_CASE("without a device profile node alarms are events") {
  watched_device at(threshold("GREATER", 30, {}));
  at.node("filter.TbMsgTypeSwitchNode");
  at.node("telemetry.TbMsgTimeseriesNode", R"({"defaultTTL":0})");
  at.node(
      "transform.TbTransformMsgNode",
      R"({"scriptLang":"JS","jsScript":"return {msg: {told: 1}, msgType: 'POST_TELEMETRY_REQUEST'};"})");
  at.connect(0, "Post telemetry", 1);
  at.connect(0, "Alarm Created", 2);
  at.connect(2, "Success", 1);
  at.use();
  at.hold();
  at.measure(31);
  CHECK((at.saved() == std::set<std::string>{"temperature", "told"}));
}

} // namespace muster::test
