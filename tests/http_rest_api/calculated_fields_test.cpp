#include "tests/http_rest_api/caller.hpp"

namespace muster::http::rest::test {

namespace {

const std::string field_base = "/api/calculatedField";

json profile_named(caller& application, const std::string& name) {
  return application.posted("/api/deviceProfile", json{{"name", name}}.dump());
}

json field_body(const json& profile, const std::string& name) {
  return {{"type", "ALARM"},
          {"name", name},
          {"entityId", profile["id"]},
          {"configuration", json::parse(R"({"type":"ALARM",
              "arguments":{"t":{"refEntityKey":{"key":"temperature","type":"TS_LATEST"}}},
              "createRules":{"MAJOR":{"condition":{"type":"SIMPLE","expression":{"type":"SIMPLE","filters":[
                {"argument":"t","valueType":"NUMERIC","predicates":[
                  {"type":"NUMERIC","operation":"GREATER","value":{"staticValue":30}}]}]}}}}})")}};
}

std::string path_of_field(const json& field) {
  return field_base + "/" + field["id"]["id"].get<std::string>();
}

} // namespace

TEST_CASE("A calculated field is made, read, changed and deleted") {
  auto application = demo_node::shared().tenant();
  const auto profile = profile_named(application, "Calculated");
  const auto profile_id = profile["id"]["id"].get<std::string>();
  auto made = application.posted(field_base, field_body(profile, "hot").dump());
  CHECK(made["id"]["entityType"] == "CALCULATED_FIELD");
  CHECK(made["entityId"] == profile["id"]);
  CHECK(made["name"] == "hot");
  CHECK(made["version"] == 1);
  CHECK(application.got(path_of_field(made)) == made);

  made["name"] = "very hot";
  const auto changed = application.posted(field_base, made.dump());
  CHECK(changed["version"] == 2);
  CHECK(changed["createdTime"] == made["createdTime"]);
  CHECK(application.post(field_base, made.dump()).status == 409);

  // A profile that changes keeps its fields.
  auto known = application.got("/api/deviceProfile/" + profile_id);
  known["description"] = "changed";
  application.posted("/api/deviceProfile", known.dump());
  const auto second = application.posted(field_base, field_body(profile, "warm").dump());
  check_fault(application.post(field_base, field_body(profile, "warm").dump()), 400, 31,
              "Calculated field with such name already exists!");

  const std::string page = "?pageSize=10&page=0&sortProperty=name";
  const auto listed = application.got(field_base + "/DEVICE_PROFILE/" + profile_id + page);
  CHECK(listed["data"] == json::array({changed, second}));
  CHECK(application.got("/api/DEVICE_PROFILE/" + profile_id + "/calculatedFields" + page) ==
        listed);
  CHECK(application.got("/api/calculatedFields" + page + "&textSearch=VERY")["data"] ==
        json::array({changed}));
  CHECK(application.got("/api/calculatedFields" + page + "&types=SIMPLE")["data"].empty());
  CHECK(application.got(field_base + "/DEVICE/" + profile_id + page)["data"].empty());
  CHECK(application.got("/api/calculatedFields?pageSize=1&page=1&sortProperty=name&entities=" +
                        profile_id)["data"] == json::array({second}));

  CHECK(application.remove(path_of_field(changed)).status == 200);
  check_fault(application.get(path_of_field(changed)), 404, 32,
              "Calculated field with id [" + changed["id"]["id"].get<std::string>() +
                  "] is not found");
  CHECK(application.got(path_of_field(second)) == second);
  CHECK(application.remove("/api/deviceProfile/" + profile_id).status == 200);
  CHECK(application.get(path_of_field(second)).status == 404);
}

TEST_CASE("A device has calculated fields of its own") {
  auto application = demo_node::shared().tenant();
  const auto device = application.make_device("Fielded", "FIELDED_TOKEN");
  const json holder{{"id", reference("DEVICE", device)}};
  auto made = application.posted(field_base, field_body(holder, "own").dump());
  CHECK(made["entityId"] == holder["id"]);
  CHECK(application.got(path_of_field(made)) == made);
  check_fault(application.post(field_base, field_body(holder, "own").dump()), 400, 31,
              "Calculated field with such name already exists!");
  made["name"] = "owned";
  const auto changed = application.posted(field_base, made.dump());
  CHECK(changed["version"] == 2);
  CHECK(application.post(field_base, made.dump()).status == 409);

  // Who changes the device need not know of them.
  auto known = application.got("/api/device/" + device);
  known["label"] = "changed";
  application.posted("/api/device", known.dump());
  const std::string page = "?pageSize=100&page=0";
  const auto data = [&](const std::string& path) { return application.got(path)["data"]; };
  CHECK(data(field_base + "/DEVICE/" + device + page) == json::array({changed}));
  CHECK(data("/api/DEVICE/" + device + "/calculatedFields" + page) == json::array({changed}));
  CHECK(data("/api/calculatedFields" + page + "&entityType=DEVICE") == json::array({changed}));
  CHECK(data("/api/calculatedFields" + page + "&textSearch=owned") == json::array({changed}));
  CHECK(
      data("/api/calculatedFields" + page + "&entityType=DEVICE_PROFILE&textSearch=owned").empty());
  CHECK(application.post("/api/v1/FIELDED_TOKEN/telemetry", R"({"temperature":31})").status == 200);
  const auto alarms = "/api/alarm/DEVICE/" + device + page;
  CHECK(data(alarms)[0]["type"] == "owned");

  CHECK(application.remove(path_of_field(changed)).status == 200);
  CHECK(application.get(path_of_field(changed)).status == 404);
  CHECK(data(field_base + "/DEVICE/" + device + page).empty());
  auto other = field_body(holder, "again");
  application.posted(field_base, other.dump());
  CHECK(application.remove("/api/device/" + device).status == 200);
  CHECK(data("/api/calculatedFields" + page + "&entityType=DEVICE").empty());
  CHECK(application.post(field_base, other.dump()).status == 404);
}

TEST_CASE("What a calculated field cannot be is said") {
  auto application = demo_node::shared().tenant();
  const auto profile = profile_named(application, "Refused");
  const auto refused = [&](const std::string& pointer, const json& what) {
    auto body = field_body(profile, "hot");
    body[json::json_pointer(pointer)] = what;
    const auto answer = application.post(field_base, body.dump());
    CHECK(answer.status == 400);
    return json::parse(answer.body)["message"].get<std::string>();
  };
  CHECK(refused("/type", "SIMPLE") ==
        "'type' must be ALARM: other calculated fields are not supported");
  CHECK(refused("/entityId/entityType", "ASSET") ==
        "'entityId.entityType' must be one of DEVICE_PROFILE, DEVICE");
  CHECK(refused("/name", "  ") == "'name' must be 1 to 255 characters");
  CHECK(refused("/configuration/createRules/MAJOR/condition/type", "NEVER") ==
        "'configuration.createRules.MAJOR.condition.type' must be one of SIMPLE, DURATION, "
        "REPEATING");
  auto unknown = field_body(profile, "hot");
  unknown["entityId"]["id"] = "b4ec2d90-90d8-11ef-9a4f-2f8f0b8f0f8f";
  CHECK(application.post(field_base, unknown.dump()).status == 404);
  CHECK(application.remove("/api/deviceProfile/" + profile["id"]["id"].get<std::string>()).status ==
        200);
}

TEST_CASE("A profile's alarm rules that nobody can follow are refused") {
  auto application = demo_node::shared().tenant();
  check_fault(application.post("/api/deviceProfile",
                               R"({"name":"Odd","profileData":{"alarms":[{"alarmType":"hot",)"
                               R"("createRules":{"HUGE":{}}}]}})"),
              400, 31, "'profileData.alarms[0].createRules.HUGE' is no severity");
}

} // namespace muster::http::rest::test
