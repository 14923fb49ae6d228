#include "actors/rules/alarms/alarm_fields.hpp"
#include "actors/rules/alarms/asked_owners.hpp"
#include "tests/actors_rules/alarms/alarm_world.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

namespace muster {

namespace {

using json = nlohmann::ordered_json;

json hot_field() {
  return json::parse(R"({"type":"ALARM","arguments":{
      "temperature":{"refEntityKey":{"key":"temp","type":"TS_LATEST"},"defaultValue":""},
      "limit":{"refEntityKey":{"key":"max","type":"ATTRIBUTE","scope":"SERVER_SCOPE"},"defaultValue":"30"}},
    "createRules":{"MINOR":{"condition":{"type":"SIMPLE","expression":{"type":"SIMPLE","operation":"OR","filters":[
        {"argument":"temperature","valueType":"NUMERIC","operation":"AND","predicates":[
          {"type":"NUMERIC","operation":"GREATER","value":{"dynamicValueArgument":"limit"}},
          {"type":"NUMERIC","operation":"LESS","value":{"staticValue":100}}]},
        {"argument":"temperature","valueType":"STRING","predicates":[
          {"type":"STRING","operation":"EQUAL","ignoreCase":true,"value":{"staticValue":"hot"}}]}]},
        "schedule":{"staticValue":{"type":"ANY_TIME"}}},
      "alarmDetails":"${temperature} > ${limit}"}},
    "clearRule":{"condition":{"type":"DURATION","unit":"SECONDS","value":{"staticValue":10},"expression":{"type":"TBEL",
        "expression":"return temperature < limit;"}}},
    "propagateToOwner":true})");
}

alarm_programs programs_of(const json& configuration) {
  auto read = read_alarm_field("hot", "id", configuration);
  REQUIRE(read.has_value());
  return {std::move(*read)};
}

using words = std::vector<std::string>;

} // namespace

TEST_CASE("alarm rules of a calculated field are followed") {
  const auto programs = programs_of(hot_field());
  CHECK(programs.front()->propagation.to_owner);
  test::alarm_world world;
  world.save(programs, "temp", value(29.0), 1);
  CHECK(world.done.empty());
  world.save(programs, "temp", value(31.0), 2);
  CHECK(world.done == words{R"(raise hot MINOR {"data":"31.0 > 30"})"});
  world.alarms.clear();
  world.save(programs, "temp", value(101.0), 3);
  CHECK(world.done.size() == 1);
  world.save(programs, "temp", value(std::string("HOT")), 4);
  CHECK(world.done.size() == 2);
  // A changed argument is looked at whatever it is.
  world.telemetry["temp"] = value(25.0);
  world.alarms.clear();
  world.attributes[2]["max"] = value(20.5);
  world.follow(programs, {alarm_update::kind::attributes, attribute_scope::client, {"max"}, 5}, 5);
  CHECK(world.done.size() == 2);
  world.follow(programs, {alarm_update::kind::attributes, attribute_scope::server, {"max"}, 6}, 6);
  CHECK(world.done.back() == R"(raise hot MINOR {"data":"25.0 > 20.5"})");
}

TEST_CASE("a script is asked with the values of all arguments") {
  const auto programs = programs_of(hot_field());
  test::alarm_world world;
  world.alarms["hot"] = alarm_severity::minor;
  world.answer = true;
  CHECK(world.save(programs, "temp", value(std::int64_t{20}), 1'000) == timestamp{11'001});
  CHECK(world.asked ==
        words{"var ctx=msg,temperature=msg.temperature,limit=msg.limit; return temperature < "
              "limit;\n{\"temperature\":20,\"limit\":\"30\"}"});
  world.answer = fail(error_code::invalid, "no");
  CHECK(world.save(programs, "temp", value(std::int64_t{20}), 2'000) == std::nullopt);
  world.answer = true;
  world.save(programs, "temp", value(std::int64_t{20}), 3'000);
  world.follow(programs, {alarm_update::kind::tick, {}, {}, 13'001}, 13'001);
  CHECK(world.done == words{"clear hot lasted 10001"});
}

TEST_CASE("a schedule may come from an argument") {
  auto field = hot_field();
  field["createRules"]["MINOR"]["condition"]["schedule"] = {{"dynamicValueArgument", "limit"}};
  const auto programs = programs_of(field);
  test::alarm_world world;
  world.attributes[2]["max"] = value(json_text{
      R"({"type":"SPECIFIC_TIME","timezone":"UTC","daysOfWeek":[5],"startsOn":0,"endsOn":0})"});
  world.save(programs, "temp", value(std::string("hot")), 1'000);
  CHECK(world.done.empty());
  world.save(programs, "temp", value(std::string("hot")), 86'401'000);
  CHECK(world.done.size() == 1);
}

TEST_CASE("arguments may be server attributes of owners") {
  const auto with = [](const std::string& member, const json& from) {
    auto field = hot_field();
    field["arguments"]["limit"][member] = from;
    return programs_of(field);
  };
  test::alarm_world world;
  const customer_id other{random_uuid()};
  world.tenant["max"] = value(10.0);
  world.customers[*world.owner]["max"] = value(20.0);
  world.customers[other]["max"] = value(28.0);
  const auto raised = [&](const alarm_programs& programs, double temperature) {
    world.done.clear();
    world.alarms.clear();
    world.save(programs, "temp", value(temperature), 1);
    return !world.done.empty();
  };
  const auto of_tenant = with("refEntityId", {{"entityType", "TENANT"}});
  CHECK(raised(of_tenant, 10.5));
  CHECK_FALSE(raised(of_tenant, 9.5));
  CHECK(asked_by(of_tenant) == asked_owners{false, true});
  const auto of_customer = with("refEntityId", {{"entityType", "CUSTOMER"}});
  CHECK_FALSE(raised(of_customer, 19.5));
  CHECK(raised(of_customer, 20.5));
  CHECK(asked_by(of_customer) == asked_owners{true, false});
  const auto of_other = with("refEntityId", {{"entityType", "CUSTOMER"}, {"id", to_string(other)}});
  CHECK_FALSE(raised(of_other, 27.5));
  CHECK(raised(of_other, 28.5));
  CHECK(asked_by(of_other) == asked_owners{false, false, {other}});
  const auto of_owner = with("refDynamicSourceConfiguration", {{"type", "CURRENT_OWNER"}});
  CHECK_FALSE(raised(of_owner, 19.5));
  CHECK(asked_by(of_owner) == asked_owners{true, true});
  world.owner.reset();
  CHECK(raised(of_owner, 19.5));
  // Nothing is known of a customer that is none: the default holds.
  CHECK_FALSE(raised(of_customer, 29.5));
  CHECK(raised(of_customer, 30.5));
}

TEST_CASE("a condition that is true already waits for its schedule") {
  auto field = hot_field();
  field.erase("clearRule");
  field["createRules"]["MINOR"]["condition"]["schedule"] = json::parse(
      R"({"staticValue":{"type":"SPECIFIC_TIME","timezone":"UTC","daysOfWeek":[5],"startsOn":3600000,"endsOn":7200000}})");
  const auto programs = programs_of(field);
  test::alarm_world world;
  constexpr timestamp begins = 86'400'000 + 3'600'000;
  CHECK(world.save(programs, "temp", value(20.0), 1'000) == std::nullopt);
  CHECK(world.save(programs, "temp", value(31.0), 2'000) == begins);
  CHECK(world.done.empty());
  const auto tick = [&](timestamp now) {
    return world.follow(programs, {alarm_update::kind::tick, {}, {}, begins}, now);
  };
  SECTION("and raises when that begins, or a little later") {
    tick(begins + 500);
    CHECK(world.done.size() == 1);
  }
  SECTION("unless it is true no more") {
    world.telemetry["temp"] = value(20.0);
    tick(begins);
    CHECK(world.done.empty());
  }
  SECTION("or the server was away for too long") {
    CHECK(tick(begins + 3'600'000) == begins + 7 * 86'400'000LL);
    CHECK(world.done.empty());
  }
}

TEST_CASE("a schedule that ends breaks off what lasts") {
  auto field = hot_field();
  field.erase("clearRule");
  auto& condition = field["createRules"]["MINOR"]["condition"];
  condition["type"] = "DURATION";
  condition["unit"] = "HOURS";
  condition["value"]["staticValue"] = 2;
  condition["schedule"] = json::parse(
      R"({"staticValue":{"type":"SPECIFIC_TIME","timezone":"UTC","daysOfWeek":[4,5],"startsOn":0,"endsOn":3600000}})");
  const auto programs = programs_of(field);
  test::alarm_world world;
  CHECK(world.save(programs, "temp", value(31.0), 1'000) == timestamp{3'600'000});
  CHECK(world.progress.size() == 1);
  CHECK(world.follow(programs, {alarm_update::kind::tick, {}, {}, 3'600'000}, 3'600'000) ==
        std::nullopt);
  CHECK(world.progress.empty());
}

TEST_CASE("what is wrong in a field's rules is named") {
  const auto changed = [](const std::string& pointer, const json& what) {
    auto field = hot_field();
    field[json::json_pointer(pointer)] = what;
    const auto read = read_alarm_field("hot", "id", field);
    return read ? std::string() : read.error().message;
  };
  CHECK(changed("/arguments/limit/refEntityKey/type", "TS_ROLLING") ==
        "'configuration.arguments.limit.refEntityKey.type' must be one of TS_LATEST, ATTRIBUTE");
  CHECK(changed("/arguments/limit/refEntityId", {{"entityType", "ASSET"}, {"id", "x"}}) ==
        "'configuration.arguments.limit.refEntityId.entityType' must be one of CUSTOMER, TENANT");
  CHECK(changed("/arguments/limit/refEntityId", {{"entityType", "TENANT"}, {"id", "x"}}).empty());
  CHECK(changed("/arguments/limit/refDynamicSourceConfiguration", {{"type", "RELATION"}}) ==
        "'configuration.arguments.limit.refDynamicSourceConfiguration.type' must be one of "
        "CURRENT_OWNER");
  CHECK(changed("/arguments/temperature/refEntityId", {{"entityType", "TENANT"}}) ==
        "'configuration.arguments.temperature.refEntityId' has server attributes only");
  CHECK(changed("/createRules/MINOR/condition/expression/filters/0/argument", "humidity") ==
        "'configuration.createRules.MINOR.condition.expression.filters[0].argument' is not among "
        "the arguments");
  CHECK(changed("/createRules/MINOR/condition/expression/filters/0/predicates/1/type", "NO_DATA") ==
        "'configuration.createRules.MINOR.condition.expression.filters[0].predicates[1].type' must "
        "be one of NUMERIC, STRING, BOOLEAN, COMPLEX");
  CHECK(changed("/arguments/my-key", {{"refEntityKey", {{"key", "k"}, {"type", "TS_LATEST"}}}}) ==
        "'configuration.clearRule.condition.expression.expression' cannot use the argument "
        "'my-key', which is not the name of a variable");
  CHECK(changed("/clearRule/condition/value", json::object()) ==
        "'configuration.clearRule.condition.value.dynamicValueArgument' is missing");
}

} // namespace muster
