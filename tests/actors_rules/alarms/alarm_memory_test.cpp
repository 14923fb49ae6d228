#include "actors/rules/alarms/profile_alarms.hpp"
#include "tests/actors_rules/alarms/alarm_world.hpp"
#include "tests/catch.hpp"

#include <malloc.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <iostream>

namespace muster {

namespace {

using json = nlohmann::ordered_json;

/// An alarm with two thresholds, one of them from an attribute, a duration, a schedule and a clear
/// rule.
json usual_alarm(int number) {
  const std::string key = "temperature" + std::to_string(number);
  const auto rule = [&](const std::string& how, double limit) {
    return json{
        {"condition",
         {{"condition", json::array({{{"key", {{"type", "TIME_SERIES"}, {"key", key}}},
                                      {"valueType", "NUMERIC"},
                                      {"predicate",
                                       {{"type", "NUMERIC"},
                                        {"operation", how},
                                        {"value",
                                         {{"defaultValue", limit},
                                          {"dynamicValue",
                                           {{"sourceType", "CURRENT_DEVICE"},
                                            {"sourceAttribute", "limitOf" + key},
                                            {"inherit", true}}}}}}}}})},
          {"spec",
           {{"type", "DURATION"}, {"unit", "MINUTES"}, {"predicate", {{"defaultValue", 5}}}}}}},
        {"schedule",
         {{"type", "SPECIFIC_TIME"},
          {"timezone", "Europe/Berlin"},
          {"daysOfWeek", {1, 2, 3, 4, 5}},
          {"startsOn", 28'800'000},
          {"endsOn", 61'200'000}}},
        {"alarmDetails", "Temperature ${" + key + "} is out of range for five minutes"}};
  };
  return {{"id", "b4ec2d90-90d8-11ef-9a4f-00000000000" + std::to_string(number)},
          {"alarmType", "High temperature of sensor " + std::to_string(number)},
          {"createRules", {{"CRITICAL", rule("GREATER", 50)}, {"MAJOR", rule("GREATER", 30)}}},
          {"clearRule", rule("LESS", 25)}};
}

} // namespace

// Hidden: `test_actors_rules [memory]` prints figures for people, checks nothing.
TEST_CASE("memory of a profile with ten alarm rules", "[.memory]") {
  json profile{{"alarms", json::array()}};
  for (int number = 0; number < 10; ++number) {
    profile["alarms"].push_back(usual_alarm(number));
  }
  constexpr int profiles = 1'000;
  std::vector<alarm_programs> read;
  read.reserve(profiles);
  static_cast<void>(read_profile_alarms(profile));
  const auto before = mallinfo2().uordblks;
  for (int i = 0; i < profiles; ++i) {
    read.push_back(*read_profile_alarms(profile));
  }
  const auto each = (mallinfo2().uordblks - before) / profiles;
  std::cout << "a profile with ten alarms of three rules: " << each << " bytes, its JSON "
            << profile.dump().size() << " bytes\n";

  constexpr int updates = 100'000;
  test::alarm_world world;
  world.telemetry["temperature7"] = value(20.0);
  world.telemetry["humidity"] = value(20.0);
  for (const std::string key : {"temperature7", "humidity"}) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < updates; ++i) {
      world.follow(read.front(), {alarm_update::kind::telemetry, {}, {key}, i}, i);
    }
    const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begin;
    std::cout << "an update of " << key << ": " << spent.count() / updates << " ns\n";
  }
}

} // namespace muster
