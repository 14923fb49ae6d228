#include "tests/actors_rules/alarms/random_alarms.hpp"

#include <string>

namespace muster::test::random_alarms {

namespace {

using json = nlohmann::ordered_json;

json random_source(const std::string& key) {
  return {
      {"sourceType", one_of<std::string>({"CURRENT_DEVICE", "CURRENT_CUSTOMER", "CURRENT_TENANT"})},
      {"sourceAttribute", key},
      {"inherit", chance(2)}};
}

json random_operand(const json& usual) {
  json made{{"defaultValue", usual}};
  if (chance(3)) {
    made["dynamicValue"] = random_source(one_of<std::string>({"a0", "limit"}));
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

} // namespace

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

namespace {

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
  if (chance(3)) {
    rule["schedule"] = random_schedule();
    if (chance(2)) {
      rule["schedule"]["dynamicValue"] = random_source("hours");
    }
  }
  return rule;
}

} // namespace

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

} // namespace muster::test::random_alarms
