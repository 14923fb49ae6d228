#include "tests/http_rest_api/caller.hpp"

namespace muster::http::rest::test {

namespace {

json alarm_of(const std::string& device, const std::string& type) {
  return {{"originator", reference("DEVICE", device)}, {"type", type}, {"severity", "MAJOR"}};
}

std::vector<std::string> types_in(const json& page) {
  std::vector<std::string> types;
  for (const auto& one : page["data"]) {
    types.push_back(one["type"]);
  }
  return types;
}

} // namespace

TEST_CASE("An alarm is raised, acknowledged, cleared and deleted") {
  auto application = demo_node::shared().tenant();
  const auto device = application.make_device("Boiler", "ALARM_BOILER");
  auto body = alarm_of(device, "Hot");
  body["details"] = {{"z", 1}, {"a", {{"b", nullptr}}}};
  const auto made = application.posted("/api/alarm", body.dump());
  CHECK(made["status"] == "ACTIVE_UNACK");
  CHECK(made["name"] == "Hot");
  CHECK(made["startTs"] == made["endTs"]);
  CHECK(made["originator"] == reference("DEVICE", device));
  CHECK(made["details"] == body["details"]);
  CHECK(made["assigneeId"].is_null());
  const auto path = "/api/alarm/" + id_of(made);
  CHECK(application.got(path) == made);
  auto info = application.got("/api/alarm/info/" + id_of(made));
  CHECK(info["originatorName"] == "Boiler");
  CHECK(info["originatorDisplayName"] == "Boiler");
  CHECK(info["originatorLabel"].is_null());
  CHECK(info["assignee"].is_null());

  // The active one of the type is that one.
  body["severity"] = "CRITICAL";
  CHECK(id_of(application.posted("/api/alarm", body.dump())) == id_of(made));
  CHECK(application.got("/api/alarm/highestSeverity/DEVICE/" + device) == "CRITICAL");

  CHECK(application.posted(path + "/ack", "")["status"] == "ACTIVE_ACK");
  check_fault(application.post(path + "/ack", ""), 400, 31, "Alarm was already acknowledged!");
  const auto cleared = application.posted(path + "/clear", "");
  CHECK(cleared["status"] == "CLEARED_ACK");
  CHECK(cleared["clearTs"] != 0);
  CHECK(cleared["originatorName"] == "Boiler");
  check_fault(application.post(path + "/clear", ""), 400, 31, "Alarm was already cleared!");
  CHECK(application.get("/api/alarm/highestSeverity/DEVICE/" + device + "?searchStatus=ACTIVE")
            .body.empty());
  CHECK(id_of(application.posted("/api/alarm", body.dump())) != id_of(made));

  CHECK(application.remove(path).body == "true");
  check_fault(application.get(path), 404, 32, "Alarm with id [" + id_of(made) + "] is not found");
  CHECK(application.remove(path).status == 404);
}

TEST_CASE("What is wrong with an alarm is told") {
  auto application = demo_node::shared().tenant();
  const auto device = application.make_device("Wrong", "ALARM_WRONG");
  const auto refused = [&](const json& body, const std::string& why) {
    check_fault(application.post("/api/alarm", body.dump()), 400, 31, why);
  };
  auto body = alarm_of(device, " ");
  refused(body, "Alarm type should be specified!");
  body = alarm_of(device, "x");
  body["severity"] = "BAD";
  refused(body, "Unknown alarm severity 'BAD'");
  body.erase("severity");
  refused(body, "Alarm severity should be specified!");
  body = alarm_of(device, "x");
  body["startTs"] = 5;
  body["endTs"] = 4;
  refused(body, "Alarm start time can't be after its end time!");
  body = alarm_of(device, "x");
  body["originator"]["entityType"] = "ASSET";
  refused(body, "Alarms are of devices only, not of ASSET");
  body = alarm_of(nobody, "x");
  check_fault(application.post("/api/alarm", body.dump()), 404, 32,
              "Device with id [" + nobody + "] is not found");
  body.erase("originator");
  CHECK(application.post("/api/alarm", body.dump()).status == 404);
}

TEST_CASE("Alarms are assigned to users, who must be there") {
  auto application = demo_node::shared().tenant();
  const auto device = application.make_device("Assigned", "ALARM_ASSIGNED");
  const auto made = application.posted("/api/alarm", alarm_of(device, "Mine").dump());
  const auto me = id_of(application.got("/api/auth/user"));
  const auto path = "/api/alarm/" + id_of(made) + "/assign";
  CHECK(application.posted(path + "/" + me, "")["assigneeId"] == reference("USER", me));
  check_fault(application.post(path + "/" + me, ""), 400, 31,
              "Alarm was already assigned to this user!");
  const auto info = application.got("/api/alarm/info/" + id_of(made));
  CHECK(info["assignee"]["email"] == "tenant@thingsboard.org");
  CHECK(application.got("/api/alarms?pageSize=9&page=0&assigneeId=" + me)["totalElements"] == 1);
  CHECK(application.post(path + "/" + nobody, "").status == 404);
  CHECK(application.remove(path).status == 200);
  check_fault(application.remove(path), 400, 31, "Alarm was already unassigned!");
  // A system administrator is nobody of the tenant.
  const auto system = id_of(demo_node::shared().administrator().got("/api/auth/user"));
  CHECK(application.post(path + "/" + system, "").status == 403);
}

TEST_CASE("Lists of alarms are filtered and ordered") {
  auto application = demo_node::shared().tenant();
  const auto device = application.make_device("Listed", "ALARM_LISTED");
  const auto add = [&](const std::string& type, const std::string& severity) {
    auto body = alarm_of(device, type);
    body["severity"] = severity;
    return "/api/alarm/" + id_of(application.posted("/api/alarm", body.dump()));
  };
  add("a", "MINOR");
  application.posted(add("b", "MAJOR") + "/ack", "");
  const auto c = add("c", "WARNING");
  application.posted(c + "/clear", "");
  const auto list = [&](const std::string& more, const std::string& version = "") {
    return types_in(application.got("/api" + version + "/alarm/DEVICE/" + device +
                                    "?pageSize=9&page=0&sortProperty=type" + more));
  };
  using names = std::vector<std::string>;
  CHECK(list("") == names{"a", "b", "c"});
  CHECK(list("&sortOrder=DESC") == names{"c", "b", "a"});
  CHECK(list("&searchStatus=ACTIVE") == names{"a", "b"});
  CHECK(list("&searchStatus=UNACK") == names{"a", "c"});
  CHECK(list("&status=ACTIVE_ACK") == names{"b"});
  CHECK(list("&textSearch=maj") == names{"b"});
  CHECK(list("&textSearch=cleared_un") == names{"c"});
  CHECK(list("&endTime=1000").empty());
  CHECK(list("&statusList=ACTIVE,UNACK", "/v2") == names{"a"});
  CHECK(list("&statusList=ACTIVE,CLEARED", "/v2") == names{"a", "b", "c"});
  CHECK(list("&severityList=MAJOR,WARNING", "/v2") == names{"b", "c"});
  CHECK(list("&typeList=a,c,d", "/v2") == names{"a", "c"});
  const auto wrong = [&](const std::string& more, const std::string& version = "") {
    return application
        .get("/api" + version + "/alarm/DEVICE/" + device + "?pageSize=9&page=0" + more)
        .status;
  };
  CHECK(wrong("&searchStatus=ACTIVE&status=ACTIVE_ACK") == 400);
  CHECK(wrong("&searchStatus=SOME") == 400);
  CHECK(wrong("&severityList=BAD", "/v2") == 400);
  CHECK(wrong("&sortProperty=details") == 400);
  CHECK(application.get("/api/alarm/USER/" + device + "?pageSize=9&page=0").status == 400);
  const auto types = application.got("/api/alarm/types?pageSize=100&page=0&textSearch=C");
  REQUIRE(types["totalElements"] > 0);
  CHECK(types["data"][0]["entityType"] == "ALARM");
}

TEST_CASE("An alarm that propagates is shown at its tenant, and at its customer") {
  auto application = demo_node::shared().tenant();
  const auto tenant = application.got("/api/auth/user")["tenantId"]["id"].get<std::string>();
  const auto device = application.make_device("Shown", "ALARM_SHOWN");
  auto body = alarm_of(device, "Everywhere");
  const auto shown = [&](const std::string& path) {
    const auto found = types_in(application.got("/api/alarm/" + path + "?pageSize=100&page=0"));
    return std::count(found.begin(), found.end(), "Everywhere") > 0;
  };
  application.posted("/api/alarm", body.dump());
  CHECK_FALSE(shown("TENANT/" + tenant));
  body["propagateToOwner"] = true;
  application.posted("/api/alarm", body.dump());
  CHECK(shown("TENANT/" + tenant));
  const auto customer = id_of(application.posted("/api/customer", R"({"title":"Alarmed"})"));
  application.posted("/api/customer/" + customer + "/device/" + device, "");
  CHECK_FALSE(shown("TENANT/" + tenant));
  CHECK(shown("CUSTOMER/" + customer));
  body["propagateToTenant"] = true;
  application.posted("/api/alarm", body.dump());
  CHECK(shown("TENANT/" + tenant));
}

TEST_CASE("An alarm that propagates is shown at entities with relations to its device") {
  auto application = demo_node::shared().tenant();
  const auto device = application.make_device("Pump", "ALARM_PUMP");
  const auto house = application.make_device("House", "ALARM_HOUSE");
  const auto customer = id_of(application.posted("/api/customer", R"({"title":"Related"})"));
  const auto relate = [&](const json& from, const json& to, const std::string& type) {
    CHECK(application.post("/api/relation", json{{"from", from}, {"to", to}, {"type", type}}.dump())
              .status == 200);
  };
  relate(reference("DEVICE", house), reference("DEVICE", device), "Contains");
  relate(reference("CUSTOMER", customer), reference("DEVICE", house), "Manages");
  auto body = alarm_of(device, "Leak");
  const auto shown = [&](const std::string& path) {
    const std::string page = "?pageSize=100&page=0";
    const auto found = types_in(application.got("/api/alarm/" + path + page));
    CHECK(types_in(application.got("/api/v2/alarm/" + path + page)) == found);
    const auto gravest = application.get("/api/alarm/highestSeverity/" + path).body;
    const bool there = std::count(found.begin(), found.end(), "Leak") > 0;
    CHECK(gravest == (there ? "\"MAJOR\"" : ""));
    return there;
  };
  application.posted("/api/alarm", body.dump());
  CHECK_FALSE(shown("DEVICE/" + house));
  body["propagate"] = true;
  body["propagateRelationTypes"] = {"Contains"};
  application.posted("/api/alarm", body.dump());
  CHECK(shown("DEVICE/" + house));
  CHECK_FALSE(shown("CUSTOMER/" + customer));
  body["propagateRelationTypes"] = json::array();
  const auto made = application.posted("/api/alarm", body.dump());
  CHECK(shown("CUSTOMER/" + customer));
  CHECK(made["propagate"] == true);
  application.posted("/api/alarm/" + id_of(made) + "/clear", "");
  CHECK(shown("DEVICE/" + house));
  CHECK(application.remove("/api/alarm/" + id_of(made)).status == 200);
  CHECK_FALSE(shown("DEVICE/" + house));
}

TEST_CASE("Comments are said, changed and taken back by who has said them") {
  auto application = demo_node::shared().tenant();
  const auto device = application.make_device("Talked", "ALARM_TALKED");
  const auto made = application.posted("/api/alarm", alarm_of(device, "Talk").dump());
  const auto path = "/api/alarm/" + id_of(made) + "/comment";
  auto said = application.posted(path, R"({"comment":{"text":"look"}})");
  CHECK(said["type"] == "OTHER");
  CHECK(said["alarmId"] == made["id"]);
  said["comment"]["text"] = "look again";
  const auto changed = application.posted(path, said.dump());
  CHECK(changed["id"] == said["id"]);
  CHECK(changed["comment"]["text"] == "look again");
  CHECK(changed["comment"]["edited"] == "true");
  application.posted("/api/alarm/" + id_of(made) + "/ack", "");
  auto all = application.got(path + "?pageSize=9&page=0");
  REQUIRE(all["totalElements"] == 2);
  CHECK(all["data"][1]["type"] == "SYSTEM");
  CHECK(all["data"][1]["comment"]["text"] ==
        "Alarm was acknowledged by user tenant@thingsboard.org");
  CHECK(application.remove(path + "/" + id_of(said)).status == 200);
  all = application.got(path + "?pageSize=9&page=0");
  CHECK(all["data"][0]["type"] == "SYSTEM");
  CHECK(all["data"][0]["userId"].is_null());
  check_fault(application.remove(path + "/" + id_of(said)), 400, 31,
              "System comment could not be changed!");
  CHECK(application.post(path, R"({"comment":"text"})").status == 400);
  CHECK(application.post(path, "{}").status == 400);
}

TEST_CASE("What was done to alarms is in the audit log") {
  auto application = demo_node::shared().tenant();
  const auto device = application.make_device("Audited alarm", "ALARM_AUDITED");
  const auto made = application.posted("/api/alarm", alarm_of(device, "Log").dump());
  application.posted("/api/alarm/" + id_of(made) + "/ack", "");
  const auto log = application.got("/api/audit/logs/entity/DEVICE/" + device +
                                   "?pageSize=9&page=0&actionTypes=ALARM_ACK");
  REQUIRE(log["totalElements"] == 1);
  CHECK(log["data"][0]["actionData"]["alarmType"] == "Log");
}

} // namespace muster::http::rest::test
