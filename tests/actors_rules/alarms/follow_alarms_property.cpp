#include "actors/rules/alarms/profile_alarms.hpp"
#include "tests/actors_rules/alarms/plain_alarms.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

namespace muster {

namespace {

using json = nlohmann::ordered_json;

template <class Of>
Of one_of(std::vector<Of> all) {
  return *rc::gen::elementOf(std::move(all));
}

bool chance(int in) {
  return *rc::gen::inRange(0, in) == 0;
}

json random_operand(const json& usual) {
  json made{{"defaultValue", usual}};
  if (chance(4)) {
    made["dynamicValue"] = {
        {"sourceType",
         one_of<std::string>({"CURRENT_DEVICE", "CURRENT_CUSTOMER", "CURRENT_TENANT"})},
        {"sourceAttribute", one_of<std::string>({"a0", "limit"})},
        {"inherit", chance(2)}};
  }
  return made;
}

json random_predicate(int depth) {
  if (depth < 2 && chance(5)) {
    json made{{"type", "COMPLEX"},
              {"operation", chance(2) ? "AND" : "OR"},
              {"predicates", json::array()}};
    for (int i = *rc::gen::inRange(1, 3); i > 0; --i) {
      made["predicates"].push_back(random_predicate(depth + 1));
    }
    return made;
  }
  if (chance(3)) {
    return {{"type", "STRING"},
            {"operation", one_of<std::string>({"EQUAL", "NOT_EQUAL", "STARTS_WITH", "ENDS_WITH",
                                               "CONTAINS", "NOT_CONTAINS", "IN", "NOT_IN"})},
            {"ignoreCase", chance(2)},
            {"value", random_operand(one_of<std::string>({"a", "B", "1", "true", "a,1,B"}))}};
  }
  if (chance(4)) {
    return {{"type", "BOOLEAN"},
            {"operation", chance(2) ? "EQUAL" : "NOT_EQUAL"},
            {"value", random_operand(chance(2))}};
  }
  return {{"type", "NUMERIC"},
          {"operation", one_of<std::string>({"EQUAL", "NOT_EQUAL", "GREATER", "LESS",
                                             "GREATER_OR_EQUAL", "LESS_OR_EQUAL"})},
          {"value", random_operand(*rc::gen::inRange(0, 4))}};
}

json random_schedule() {
  constexpr int hour = 3'600'000;
  const auto hours = [] {
    return json{{"startsOn", *rc::gen::inRange(0, 24) * hour},
                {"endsOn", *rc::gen::inRange(0, 24) * hour}};
  };
  const std::string zone = chance(2) ? "Etc/GMT-2" : "Etc/GMT+2";
  if (chance(2)) {
    json made = hours();
    made["type"] = "SPECIFIC_TIME";
    made["timezone"] = zone;
    made["daysOfWeek"] = chance(2) ? json{1, 2, 3, 4, 5, 6, 7} : json{1, 3, 4};
    return made;
  }
  json made{{"type", "CUSTOM"}, {"timezone", zone}, {"items", json::array()}};
  for (int day = 1; day <= 7; ++day) {
    json item = hours();
    item["enabled"] = !chance(4);
    item["dayOfWeek"] = day;
    made["items"].push_back(item);
  }
  return made;
}

json random_rule() {
  json filters = json::array();
  for (int i = *rc::gen::inRange(1, 3); i > 0; --i) {
    const auto [type, key] = one_of<std::pair<std::string, std::string>>({{"TIME_SERIES", "t0"},
                                                                          {"TIME_SERIES", "t0"},
                                                                          {"TIME_SERIES", "t1"},
                                                                          {"ATTRIBUTE", "a0"},
                                                                          {"ATTRIBUTE", "a1"},
                                                                          {"ENTITY_FIELD", "name"},
                                                                          {"CONSTANT", "c"}});
    filters.push_back(
        {{"key", {{"type", type}, {"key", key}}}, {"predicate", random_predicate(0)}});
    if (type == "CONSTANT") {
      filters.back()["value"] = *rc::gen::inRange(0, 3);
    }
  }
  json rule{{"condition", {{"condition", filters}, {"spec", {{"type", "SIMPLE"}}}}}};
  if (chance(2)) {
    rule["condition"]["spec"] = {{"type", "DURATION"},
                                 {"unit", "SECONDS"},
                                 {"predicate", random_operand(*rc::gen::inRange(0, 20))}};
  } else if (chance(2)) {
    rule["condition"]["spec"] = {{"type", "REPEATING"},
                                 {"predicate", random_operand(*rc::gen::inRange(1, 4))}};
  }
  if (chance(4)) {
    rule["schedule"] = random_schedule();
  }
  return rule;
}

json random_profile() {
  json alarms = json::array();
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    json alarm{{"id", "id" + std::to_string(i)},
               {"alarmType", "alarm" + std::to_string(i)},
               {"createRules", json::object()}};
    for (const auto* severity : {"WARNING", "CRITICAL", "MAJOR"}) {
      if (chance(2)) {
        alarm["createRules"][severity] = random_rule();
      }
    }
    if (chance(2)) {
      alarm["clearRule"] = random_rule();
    }
    alarms.push_back(alarm);
  }
  return {{"alarms", alarms}};
}

value random_value() {
  return one_of<value>({value(std::int64_t{0}), value(std::int64_t{1}), value(std::int64_t{2}),
                        value(2.5), value(true), value(false), value(std::string("a")),
                        value(std::string("B")), value(std::string("1")), value(json_text{"[1]"})});
}

/// The rules of a profile and their plain reader, side by side.
struct both_alarms {
  explicit both_alarms(const json& profile)
      : programs(*read_profile_alarms(profile)), model(profile) {}

  void follow(const alarm_update& update) {
    const auto expected = model.follow(update, now, world);
    world.done.clear();
    next = world.follow(programs, update, now);
    std::vector<std::string> done;
    for (const auto& one : world.done) {
      done.push_back(one.substr(0, std::min(one.find(" repeats"), one.find(" lasted"))));
    }
    RC_ASSERT(done == expected);
    RC_ASSERT(!next || *next > now);
  }

  /// Time passes; deadlines are kept, and no rule becomes true by itself between them.
  void pass(milliseconds span) {
    const timestamp until = now + span;
    while (next && *next <= until) {
      const timestamp before = std::max(now, *next - 1);
      auto copy = model;
      RC_ASSERT(copy.follow({}, before, world).empty());
      now = *next;
      follow({});
    }
    now = until;
  }

  alarm_programs programs;
  test::plain_alarms model;
  test::alarm_world world;
  timestamp now = 1'700'000'000'000;
  std::optional<timestamp> next;
};

void random_save(both_alarms& both) {
  const bool telemetry = !chance(3);
  const auto scope = static_cast<attribute_scope>(*rc::gen::inRange(0, 3));
  std::vector<std::string> keys{one_of<std::string>({"t0", "t0", "t1", "a0", "a1", "limit"})};
  if (chance(3)) {
    keys.push_back("other");
  }
  auto& values =
      telemetry ? both.world.telemetry : both.world.attributes[static_cast<std::size_t>(scope)];
  for (const auto& key : keys) {
    values[key] = random_value();
  }
  alarm_update update{telemetry ? alarm_update::kind::telemetry : alarm_update::kind::attributes,
                      scope,
                      {keys.begin(), keys.end()},
                      both.now};
  update.ts += one_of<timestamp>({0, 0, 0, -5'000, -3'600'000, 4'000});
  both.follow(update);
}

void random_step(both_alarms& both) {
  switch (*rc::gen::inRange(0, 12)) {
  case 0:
    both.world.progress = read_progress(write_progress(both.world.progress));
    return;
  case 1:
    // The clock is set; who keeps deadlines looks again then.
    both.now += one_of<milliseconds>({-7'000, -1, 9'000, 86'400'000});
    both.follow({});
    return;
  case 2: {
    const std::string type = "alarm" + std::to_string(*rc::gen::inRange(1, 4));
    both.world.alarms.erase(type);
    both.model.forget(type);
    forget_progress(both.programs, type, both.world.progress);
    return;
  }
  case 3:
    (chance(2) ? both.world.customer : both.world.tenant)["limit"] = random_value();
    both.follow({});
    return;
  case 4:
  case 5:
  case 6:
    both.pass(one_of<milliseconds>({1, 900, 1'000, 3'000, 12'000, 40'000, 7'200'000}));
    return;
  default:
    random_save(both);
  }
}

} // namespace

TEST_CASE("alarm rules do what a plain reader of their JSON does") {
  REQUIRE(rc::check("random rules over random values and time", [] {
    const json profile = random_profile();
    RC_LOG() << profile.dump(1) << '\n';
    const auto read = read_profile_alarms(profile);
    RC_ASSERT(read.has_value());
    both_alarms both(profile);
    for (int step = 0; step < 60; ++step) {
      random_step(both);
    }
  }));
}

TEST_CASE("progress is read as it was written") {
  REQUIRE(rc::check("progress", [] {
    rules_progress progress;
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      progress.push_back({*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<std::int64_t>(),
                          *rc::gen::arbitrary<std::int64_t>(),
                          *rc::gen::arbitrary<std::int64_t>()});
    }
    RC_ASSERT(read_progress(write_progress(progress)) == progress);
  }));
  CHECK(write_progress({}).empty());
  for (const auto* wrong : {"", "{}", "[1]", "[[1,2,3]]", "[[1,2,3,\"4\"]]", "[["}) {
    CHECK(read_progress(wrong).empty());
  }
}

} // namespace muster
