#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

namespace muster::test {

namespace {

const std::string create = "action.TbCreateAlarmNode";
const std::string clear_it = "action.TbClearAlarmNode";

rule_message telemetry_of(const chain_bench& at, std::string body = R"({"t":42})") {
  return message_of(at.device, "POST_TELEMETRY_REQUEST", std::move(body));
}

} // namespace

TEST_CASE("the create alarm node raises an alarm, then says how it is") {
  chain_bench at;
  const std::string configuration =
      R"({"alarmType":"Hot ${deviceType}","severity":"MAJOR","propagateToTenant":true,)"
      R"("alarmDetailsBuildJs":"return {t: msg.t, before: metadata.prevAlarmDetails};"})";
  auto left = at.through(create, configuration, telemetry_of(at));
  REQUIRE(left.size() == 1);
  CHECK(left[0].first == "Created");
  CHECK(left[0].second.type == "ALARM");
  CHECK(left[0].second.metadata.at("isNewAlarm") == "true");
  CHECK(left[0].second.metadata.at("deviceType") == "default");
  const auto body = left[0].second.data.tree();
  CHECK(body.at("type") == "Hot default");
  CHECK(body.at("severity") == "MAJOR");
  CHECK(body.at("details").at("t") == 42);
  CHECK(body.at("startTs") == 5);
  CHECK(body.at("propagateToTenant") == true);
  REQUIRE(at.device.told.size() == 1);
  CHECK(at.device.told[0].type == "ENTITY_CREATED");
  CHECK(at.device.told[0].metadata.contains("ruleNodeId"));

  left = at.through(create, configuration, telemetry_of(at, R"({"t":50})"));
  REQUIRE(left.size() == 1);
  CHECK(left[0].first == "Updated");
  CHECK(left[0].second.metadata.at("isExistingAlarm") == "true");
  CHECK(left[0].second.data.tree().at("details").at("before") == R"({"t":42})");
  CHECK(at.device.told[1].type == "ENTITY_UPDATED");
  CHECK(at.device.alarms.size() == 1);
}

TEST_CASE("an alarm that is so already leaves along False") {
  chain_bench at;
  const auto message = telemetry_of(at);
  CHECK(at.through(create, R"({"alarmType":"a"})", message)[0].first == "Created");
  const auto left = at.through(create, R"({"alarmType":"a"})", message);
  CHECK(left[0].first == "False");
  CHECK(left[0].second.type == "POST_TELEMETRY_REQUEST");
  CHECK(at.device.told.size() == 1);
}

TEST_CASE("the severity of an alarm is taken from the message") {
  chain_bench at;
  const auto configuration = R"({"alarmType":"a","dynamicSeverity":true,"severity":"$[how]"})";
  CHECK(at.through(create, configuration, telemetry_of(at, R"({"how":"MINOR"})"))[0].first ==
        "Created");
  CHECK(at.device.alarms[0].severity == alarm_severity::minor);
  CHECK(at.through(create, configuration, telemetry_of(at, R"({"how":"bad"})"))[0].first ==
        "Failure");
  CHECK(at.through(create, R"({"severity":"$[how]"})", telemetry_of(at))[0].first == "Failure");
}

TEST_CASE("an alarm is made of one that the message brings") {
  chain_bench at;
  const auto body =
      R"({"type":"a","severity":"WARNING","details":{"z":1,"a":2},"startTs":9,"acknowledged":true})";
  auto left = at.through(create, R"({"useMessageAlarmData":true})", telemetry_of(at, body));
  REQUIRE(left[0].first == "Created");
  CHECK(at.device.alarms[0].severity == alarm_severity::warning);
  CHECK(at.device.alarms[0].details.text == R"({"z":1,"a":2})");
  CHECK(at.device.alarms[0].start == 9);
  left = at.through(
      create,
      R"({"useMessageAlarmData":true,"overwriteAlarmDetails":true,"alarmDetailsBuildJs":"return 7;"})",
      telemetry_of(at, body));
  CHECK(left[0].first == "Updated");
  CHECK(at.device.alarms[0].details.text == "7");
  for (const auto* bad : {"{}", "[]", R"({"type":"a"})", R"({"severity":"MAJOR","type":" "})"}) {
    CHECK(at.through(create, R"({"useMessageAlarmData":true})", telemetry_of(at, bad))[0].first ==
          "Failure");
  }
}

TEST_CASE("alarms without a type, or with a script that fails, are no alarms") {
  chain_bench at;
  CHECK(at.through(create, R"({"alarmType":"$[none]"})", telemetry_of(at))[0].first == "Created");
  CHECK(at.through(create, R"({"alarmType":""})", telemetry_of(at))[0].first == "Failure");
  CHECK(at.through(create, R"({"alarmType":"b","alarmDetailsBuildJs":"throw 'no';"})",
                   telemetry_of(at))[0]
            .first == "Failure");
  auto message = telemetry_of(at);
  message.originator.kind = entity_type::customer;
  CHECK(at.through(create, "{}", message)[0].first == "Failure");
  CHECK(at.device.alarms.size() == 1);
}

TEST_CASE("the clear alarm node clears what is active") {
  chain_bench at;
  at.through(create, R"({"alarmType":"a"})", telemetry_of(at));
  const auto id = at.device.alarms[0].id;
  auto left = at.through(clear_it, R"({"alarmType":"b"})", telemetry_of(at));
  CHECK(left[0].first == "False");
  CHECK(left[0].second.type == "POST_TELEMETRY_REQUEST");
  left = at.through(clear_it, R"({"alarmType":"a","alarmDetailsBuildJs":"return {over: true};"})",
                    telemetry_of(at));
  REQUIRE(left[0].first == "Cleared");
  CHECK(left[0].second.type == "ALARM");
  CHECK(left[0].second.metadata.at("isClearedAlarm") == "true");
  CHECK(left[0].second.data.tree().at("status") == "CLEARED_UNACK");
  CHECK(left[0].second.data.tree().at("details").at("over") == true);
  CHECK(at.device.told.back().type == "ALARM_CLEAR");
  CHECK(at.device.alarms.empty());
  auto message = telemetry_of(at);
  message.originator = {entity_type::alarm, id.value};
  CHECK(at.through(clear_it, "{}", message)[0].first == "False");
  at.through(create, R"({"alarmType":"a"})", telemetry_of(at));
  message.originator.id = at.device.alarms[0].id.value;
  CHECK(at.through(clear_it, "{}", message)[0].first == "Cleared");
}

TEST_CASE("the check alarm status node looks at the alarm as it is") {
  chain_bench at;
  const std::string check = "filter.TbCheckAlarmStatusNode";
  const auto active = R"({"alarmStatusList":["ACTIVE_UNACK","ACTIVE_ACK"]})";
  const auto created = at.through(create, R"({"alarmType":"a"})", telemetry_of(at))[0].second;
  CHECK(at.through(check, active, created)[0].first == "True");
  CHECK(at.through(check, R"({"alarmStatusList":["ACTIVE_ACK"]})", created)[0].first == "False");
  at.device.alarms[0].acknowledged = true;
  CHECK(at.through(check, R"({"alarmStatusList":["ACTIVE_ACK"]})", created)[0].first == "True");
  at.device.alarms.clear();
  CHECK(at.through(check, active, created)[0].first == "False");
  CHECK(at.through(check, R"({"alarmStatusList":["CLEARED_UNACK"]})", created)[0].first == "True");
  CHECK(at.through(check, active, telemetry_of(at))[0].first == "Failure");
  CHECK(at.through(check, R"({"alarmStatusList":["GONE"]})", created)[0].first == "Failure");
}

} // namespace muster::test
