#include "actors/rules/alarms/profile_alarms.hpp"
#include "tests/actors_rules/alarms/alarm_world.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

namespace muster {

namespace {

using json = nlohmann::ordered_json;

/// One alarm `hot`: above 30 degrees.
json hot_profile() {
  return json::parse(
      R"({"alarms":[{"id":"1","alarmType":"hot","propagate":true,"propagateRelationTypes":["Contains"],
    "createRules":{"MAJOR":{"condition":{"condition":[{"key":{"type":"TIME_SERIES","key":"temperature"},"valueType":"NUMERIC",
      "predicate":{"type":"NUMERIC","operation":"GREATER","value":{"defaultValue":30}}}],"spec":{"type":"SIMPLE"}},
      "alarmDetails":"${name}: ${temperature} of ${unknown}, ${open"}},
    "clearRule":{"condition":{"condition":[{"key":{"type":"TIME_SERIES","key":"temperature"},"valueType":"NUMERIC",
      "predicate":{"type":"NUMERIC","operation":"LESS","value":{"defaultValue":25}}}],"spec":null},
      "dashboardId":{"entityType":"DASHBOARD","id":"b4ec2d90-90d8-11ef-9a4f-2f8f0b8f0f8f"}}}]})");
}

json& hot_rule(json& profile) {
  return profile["alarms"][0]["createRules"]["MAJOR"];
}

std::vector<std::string> done_with(test::alarm_world& world, const alarm_programs& programs,
                                   value temperature, timestamp ts) {
  world.done.clear();
  world.save(programs, "temperature", std::move(temperature), ts);
  return world.done;
}

using words = std::vector<std::string>;

} // namespace

TEST_CASE("a threshold raises an alarm and clears it") {
  const auto programs = read_profile_alarms(hot_profile());
  REQUIRE(programs.has_value());
  CHECK(programs->front()->propagation.to_related);
  CHECK(programs->front()->propagation.relation_types == words{"Contains"});
  test::alarm_world world;
  CHECK(done_with(world, *programs, value(30.0), 1'000).empty());
  const std::string details = R"({"data":"${name}: 30.5 of ${unknown}, ${open"})";
  CHECK(done_with(world, *programs, value(30.5), 2'000) == words{"raise hot MAJOR " + details});
  CHECK(done_with(world, *programs, value(std::int64_t{28}), 3'000).empty());
  CHECK(done_with(world, *programs, value(std::string("24")), 4'000) ==
        words{R"(clear hot {"dashboardId":"b4ec2d90-90d8-11ef-9a4f-2f8f0b8f0f8f"})"});
  CHECK(done_with(world, *programs, value(std::int64_t{20}), 5'000).empty());
  CHECK(world.progress.empty());
}

TEST_CASE("a condition lasts longer than its duration, also in silence") {
  auto profile = hot_profile();
  hot_rule(profile)["condition"]["spec"] = json::parse(
      R"({"type":"DURATION","unit":"MINUTES","predicate":{"defaultValue":1,"userValue":null,"dynamicValue":null}})");
  hot_rule(profile).erase("alarmDetails");
  const auto programs = *read_profile_alarms(profile);
  test::alarm_world world;
  CHECK(world.save(programs, "temperature", value(31.0), 1'000) == timestamp{61'001});
  CHECK(world.save(programs, "temperature", value(29.0), 2'000) == std::nullopt);
  CHECK(world.save(programs, "temperature", value(31.0), 3'000) == timestamp{63'001});
  world.progress = read_progress(write_progress(world.progress));
  CHECK(world.follow(programs, {}, 63'000) == timestamp{63'001});
  CHECK(world.done.empty());
  CHECK(world.follow(programs, {}, 63'001) == std::nullopt);
  CHECK(world.done == words{"raise hot MAJOR lasted 60001"});
  // A tick says nothing new of an alarm that is there, an update does.
  world.follow(programs, {}, 70'000);
  CHECK(world.done.size() == 1);
  world.save(programs, "temperature", value(32.0), 83'000);
  CHECK(world.done.back() == "raise hot MAJOR lasted 80000");
}

TEST_CASE("repetitions count without a miss between") {
  auto profile = hot_profile();
  hot_rule(profile)["condition"]["spec"] =
      json::parse(R"({"type":"REPEATING","predicate":{"defaultValue":3}})");
  hot_rule(profile).erase("alarmDetails");
  const auto programs = *read_profile_alarms(profile);
  test::alarm_world world;
  for (const double temperature : {31.0, 32.0, 30.0, 31.0, 32.0}) {
    CHECK(done_with(world, programs, value(temperature), 1).empty());
  }
  CHECK(done_with(world, programs, value(33.0), 1) == words{"raise hot MAJOR repeats 3"});
}

TEST_CASE("the gravest rule wins, and severity only rises") {
  auto profile = hot_profile();
  hot_rule(profile).erase("alarmDetails");
  auto critical = hot_rule(profile);
  critical["condition"]["condition"][0]["predicate"]["value"]["defaultValue"] = 50;
  profile["alarms"][0]["createRules"]["CRITICAL"] = critical;
  const auto programs = *read_profile_alarms(profile);
  test::alarm_world world;
  CHECK(done_with(world, programs, value(31.0), 1) == words{"raise hot MAJOR"});
  CHECK(done_with(world, programs, value(51.0), 2) == words{"raise hot CRITICAL"});
  CHECK(done_with(world, programs, value(31.0), 3).empty());
  CHECK(world.alarms.at("hot") == alarm_severity::critical);
}

TEST_CASE("what is compared with comes from attributes, where they say it") {
  auto profile = hot_profile();
  hot_rule(profile).erase("alarmDetails");
  hot_rule(profile)["condition"]["condition"][0]["predicate"]["value"]["dynamicValue"] =
      json::parse(R"({"sourceType":"CURRENT_DEVICE","sourceAttribute":"limit","inherit":true})");
  const auto programs = *read_profile_alarms(profile);
  test::alarm_world world;
  world.tenant["limit"] = value(std::int64_t{10});
  CHECK(done_with(world, programs, value(10.5), 1) == words{"raise hot MAJOR"});
  world.customers[*world.owner]["limit"] = value(std::int64_t{20});
  CHECK(done_with(world, programs, value(19.5), 2) ==
        words{"clear hot {\"dashboardId\":\"b4ec2d90-90d8-11ef-9a4f-2f8f0b8f0f8f\"}"});
  world.attributes[2]["limit"] = value(std::string("15"));
  CHECK(done_with(world, programs, value(19.5), 3) == words{"raise hot MAJOR"});
  world.attributes[0]["limit"] = value(std::string("no number"));
  world.alarms.clear();
  CHECK(done_with(world, programs, value(30.0), 4).empty());
}

TEST_CASE("a changed rule begins anew") {
  auto profile = hot_profile();
  hot_rule(profile)["condition"]["spec"] =
      json::parse(R"({"type":"DURATION","unit":"HOURS","value":1})");
  const auto before = *read_profile_alarms(profile);
  test::alarm_world world;
  world.save(before, "temperature", value(31.0), 1'000);
  REQUIRE(world.progress.size() == 1);
  hot_rule(profile)["alarmDetails"] = "other";
  world.follow(*read_profile_alarms(profile), {}, 2'000);
  CHECK(world.progress.size() == 1);
  hot_rule(profile)["condition"]["spec"]["value"] = 2;
  CHECK(world.follow(*read_profile_alarms(profile), {}, 3'000) == std::nullopt);
  CHECK(world.progress.empty());
}

TEST_CASE("what is wrong in alarm rules is named") {
  const auto refusal = [](const json& profile) {
    const auto read = read_profile_alarms(profile);
    return read ? std::string() : read.error().message;
  };
  const std::string rule = "profileData.alarms[0].createRules.MAJOR";
  const std::string filter = rule + ".condition.condition[0]";
  const auto changed = [&](const std::string& pointer, const json& what) {
    auto profile = hot_profile();
    profile[json::json_pointer("/alarms/0" + pointer)] = what;
    return refusal(profile);
  };
  CHECK(refusal(hot_profile()).empty());
  CHECK(refusal(json::parse(R"({"configuration":{"type":"DEFAULT"},"alarms":null})")).empty());
  CHECK(refusal(json()).empty());
  CHECK(refusal(json{{"alarms", 5}}) == "'profileData.alarms' must be an array");
  CHECK(changed("/alarmType", "") == "'profileData.alarms[0].alarmType' must not be empty");
  CHECK(changed("/createRules/HUGE", json::object()) ==
        "'profileData.alarms[0].createRules.HUGE' is no severity");
  CHECK(changed("/createRules/MAJOR/condition", json()) == "'" + rule + ".condition' is missing");
  CHECK(changed("/createRules/MAJOR/condition/condition/0/key/type", "MAGIC") ==
        "'" + filter + ".key.type' must be one of ATTRIBUTE, TIME_SERIES, ENTITY_FIELD, CONSTANT");
  CHECK(changed("/createRules/MAJOR/condition/condition/0/predicate/operation", "CONTAINS") ==
        "'" + filter +
            ".predicate.operation' must be one of EQUAL, NOT_EQUAL, GREATER, LESS, "
            "GREATER_OR_EQUAL, LESS_OR_EQUAL");
  CHECK(changed("/createRules/MAJOR/condition/condition/0/predicate/value/defaultValue", "warm") ==
        "'" + filter + ".predicate.value.defaultValue' must be a number");
  CHECK(changed("/createRules/MAJOR/condition/spec", {{"type", "REPEATING"}}) ==
        "'" + rule + ".condition.spec.predicate.defaultValue' is missing");
  CHECK(changed("/createRules/MAJOR/schedule", {{"type", "SPECIFIC_TIME"}, {"timezone", "Moon"}}) ==
        "'" + rule + ".schedule.timezone' must be a time zone");
  json deep{{"type", "NUMERIC"}, {"operation", "LESS"}, {"value", {{"defaultValue", 1}}}};
  for (int i = 0; i < 20; ++i) {
    deep = {{"type", "COMPLEX"}, {"operation", "AND"}, {"predicates", json::array({deep})}};
  }
  CHECK(changed("/createRules/MAJOR/condition/condition/0/predicate", deep).find("is too deep") !=
        std::string::npos);
}

} // namespace muster
