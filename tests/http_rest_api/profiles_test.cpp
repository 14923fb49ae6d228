#include "tests/http_rest_api/caller.hpp"

#include <atomic>
#include <thread>

namespace muster::http::rest::test {

namespace {

const std::string profile_base = "/api/deviceProfile";

std::string path_of(const json& entity) {
  return profile_base + "/" + entity["id"]["id"].get<std::string>();
}

} // namespace

TEST_CASE("A device profile is made, read, changed and deleted") {
  auto application = demo_node::shared().tenant();
  const std::string data =
      R"({"zeta":1,"configuration":{"type":"DEFAULT"},"alarms":null,)"
      R"("provisionConfiguration":{"type":"ALLOW_CREATE_NEW_DEVICES","provisionDeviceSecret":"s3"},)"
      R"("muster":{"codec":"cbor","defaultTtlSeconds":60,"inactivityTimeoutMs":5000,)"
      R"("deviceRateLimit":"20:1,600:60","deviceTelemetryRateLimit":"10:1"}})";
  const auto answer = application.post(
      profile_base, R"({"name":"Meters","type":"DEFAULT","transportType":"DEFAULT",)"
                    R"("provisionType":"ALLOW_CREATE_NEW_DEVICES","provisionDeviceKey":"k3",)"
                    R"("description":"D","defaultQueueName":"Main","profileData":)" +
                        data + "}");
  REQUIRE(answer.status == 200);
  CHECK(answer.body.find(data) != std::string::npos);
  const auto made = json::parse(answer.body);
  CHECK(made["name"] == "Meters");
  CHECK(made["default"] == false);
  CHECK(made["version"] == 1);
  CHECK(made["provisionDeviceKey"] == "k3");
  CHECK(made["id"]["entityType"] == "DEVICE_PROFILE");

  auto shown = application.got(path_of(made));
  CHECK(shown == made);
  shown["description"] = "E";
  const auto changed = application.posted(profile_base, shown.dump());
  CHECK(changed["version"] == 2);
  CHECK(changed["description"] == "E");
  CHECK(changed["createdTime"] == made["createdTime"]);
  check_fault(application.post(profile_base, shown.dump()), 409, 35,
              json::parse(application.post(profile_base, shown.dump()).body)["message"]);

  const auto listed =
      application.got("/api/deviceProfiles?pageSize=10&page=0&textSearch=meter")["data"];
  REQUIRE(listed.size() == 1);
  CHECK(listed[0] == changed);
  CHECK(application.remove(path_of(made)).status == 200);
  check_fault(application.get(path_of(made)), 404, 32,
              "Device profile with id [" + made["id"]["id"].get<std::string>() + "] is not found");
}

TEST_CASE("What a profile leaves out has its default") {
  auto application = demo_node::shared().tenant();
  const auto made = application.posted(profile_base, R"({"name":"Bare"})");
  CHECK(made["type"] == "DEFAULT");
  CHECK(made["transportType"] == "DEFAULT");
  CHECK(made["provisionType"] == "DISABLED");
  CHECK(made["provisionDeviceKey"].is_null());
  CHECK(made["profileData"]["configuration"]["type"] == "DEFAULT");
  CHECK(application.remove(path_of(made)).status == 200);
}

TEST_CASE("The default profile is one of the tenant's") {
  auto application = demo_node::shared().tenant();
  const auto old = application.got("/api/deviceProfileInfo/default");
  CHECK(old["name"] == "default");
  const auto made = application.posted(profile_base, R"({"name":"Next default"})");
  CHECK(application.posted(path_of(made) + "/default", "")["default"] == true);
  CHECK(application.got("/api/deviceProfileInfo/default")["id"] == made["id"]);
  CHECK(application.got(profile_base + "/" + old["id"]["id"].get<std::string>())["default"] ==
        false);
  check_fault(application.remove(path_of(made)), 400, 31,
              "Deletion of Default Device Profile is prohibited!");
  CHECK(application.posted(profile_base + "/" + old["id"]["id"].get<std::string>() + "/default",
                           "")["default"] == true);
  CHECK(application.remove(path_of(made)).status == 200);
}

TEST_CASE("A profile with devices stays") {
  auto application = demo_node::shared().tenant();
  const auto device =
      application.posted("/api/device", R"({"name":"Kept by its profile","type":"Keeper"})");
  const std::string path = profile_base + "/" + device["deviceProfileId"]["id"].get<std::string>();
  check_fault(application.remove(path), 400, 31,
              "The device profile referenced by the devices cannot be deleted!");
  CHECK(application.remove("/api/device/" + device["id"]["id"].get<std::string>()).status == 200);
  CHECK(application.remove(path).status == 200);
}

TEST_CASE("What is wrong with a profile is told") {
  auto application = demo_node::shared().tenant();
  const auto refused = [&](const std::string& body, const std::string& why) {
    check_fault(application.post(profile_base, body), 400, 31, why);
  };
  const auto with_rules = [](const std::string& rules) {
    return R"({"name":"Wrong","profileData":{"muster":)" + rules + "}}";
  };
  refused("{}", "Device profile name should be specified!");
  refused(R"({"name":" "})", "Device profile name should be specified!");
  refused("", "Required request body is missing");
  refused(R"({"name":"Wrong","type":"OTHER"})", "Unknown device profile type 'OTHER'");
  refused(R"({"name":"Wrong","transportType":"PIGEON"})", "Unknown transport type 'PIGEON'");
  refused(R"({"name":"Wrong","provisionType":"MAYBE"})", "Unknown provision type 'MAYBE'");
  refused(R"({"name":"Wrong","provisionType":7})", "Member 'provisionType' must be a string");
  refused(R"({"name":"Wrong","profileData":[]})", "Member 'profileData' must be an object");
  refused(with_rules("7"), "Member 'muster' must be an object");
  refused(with_rules(R"({"defaultTtlSeconds":-1})"),
          "defaultTtlSeconds must be from 0 to 3162240000");
  refused(with_rules(R"({"inactivityTimeoutMs":"long"})"),
          "Member 'inactivityTimeoutMs' must be a whole number");
  refused(with_rules(R"({"codec":"morse"})"), "Unknown codec 'morse'");
  CHECK(application.post(profile_base, with_rules(R"({"deviceRateLimit":"fast"})")).status == 400);
  refused(R"({"name":")" + std::string(256, 'n') + "\"}",
          "name length must be equal or less than 255");
  refused(R"({"name":"default"})", "Device profile with such name already exists!");
  refused(json{{"name", "Wrong"}, {"firmwareId", {{"id", nobody}}}}.dump(),
          "Can't assign non-existent firmware!");
  refused(json{{"name", "Wrong"}, {"softwareId", {{"id", nobody}}}}.dump(),
          "Can't assign non-existent software!");
  check_fault(
      application.post(profile_base, json{{"id", {{"id", nobody}}}, {"name", "Wrong"}}.dump()), 404,
      32, "Device profile with id [" + nobody + "] is not found");
  CHECK(application.got("/api/deviceProfiles?pageSize=10&page=0&textSearch=Wrong")["data"].empty());
}

TEST_CASE("A provisioning key is good for one profile only") {
  auto application = demo_node::shared().tenant();
  const auto made = application.posted(
      profile_base, R"({"name":"First of the key","provisionDeviceKey":"only"})");
  check_fault(application.post(profile_base, R"({"name":"Second","provisionDeviceKey":"only"})"),
              400, 31, "Device profile with such provision device key already exists!");
  CHECK(application.remove(path_of(made)).status == 200);
  // An empty one is none.
  for (const std::string name : {"Keyless 1", "Keyless 2"}) {
    const auto keyless =
        application.posted(profile_base, json{{"name", name}, {"provisionDeviceKey", ""}}.dump());
    CHECK(keyless["provisionDeviceKey"].is_null());
    CHECK(application.remove(path_of(keyless)).status == 200);
  }
}

TEST_CASE("Customers' users see profiles without what is secret") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const auto made =
      application.posted(profile_base, R"({"name":"Secretive","provisionDeviceKey":"hidden"})");
  auto user = node.customer();
  CHECK(user.get(path_of(made)).status == 403);
  CHECK(user.get("/api/deviceProfiles?pageSize=1&page=0").status == 403);
  const auto info = user.got("/api/deviceProfileInfo/" + made["id"]["id"].get<std::string>());
  CHECK(info == application.got("/api/deviceProfileInfo/" + made["id"]["id"].get<std::string>()));
  CHECK(info == json({{"id", made["id"]},
                      {"name", "Secretive"},
                      {"image", nullptr},
                      {"defaultDashboardId", nullptr},
                      {"type", "DEFAULT"},
                      {"transportType", "DEFAULT"},
                      {"tenantId", made["tenantId"]}}));
  const auto infos = user.got("/api/deviceProfileInfos?pageSize=10&page=0&textSearch=secretive");
  CHECK(infos["data"] == json::array({info}));
  CHECK(application.remove(path_of(made)).status == 200);
}

TEST_CASE("Profiles and types are listed by name") {
  auto application = demo_node::shared().tenant();
  const auto made = application.posted(profile_base, R"({"name":"Idle"})");
  const json entry = {{"id", made["id"]}, {"name", "Idle"}};
  const auto all = application.got("/api/deviceProfile/names");
  CHECK(std::find(all.begin(), all.end(), entry) != all.end());
  const auto used = application.got("/api/deviceProfile/names?activeOnly=true");
  CHECK(std::find(used.begin(), used.end(), entry) == used.end());
  CHECK_FALSE(used.empty());
  const json type = {{"tenantId", made["tenantId"]}, {"entityType", "DEVICE"}, {"type", "Idle"}};
  const auto types = application.got("/api/device/types");
  CHECK(std::find(types.begin(), types.end(), type) != types.end());
  CHECK(
      application.got("/api/deviceProfiles?pageSize=9&page=0&transportType=MQTT")["data"].empty());
  check_fault(application.get("/api/deviceProfiles?pageSize=9&page=0&transportType=X"), 400, 31,
              "Unknown transport type 'X'");
  CHECK(application.remove(path_of(made)).status == 200);
}

TEST_CASE("A profile that changes all the time is in no new device's way") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  auto made = application.posted(
      profile_base,
      json{{"name", "Restless"},
           {"provisionType", "ALLOW_CREATE_NEW_DEVICES"},
           {"provisionDeviceKey", "restless"},
           {"profileData",
            {{"provisionConfiguration",
              {{"type", "ALLOW_CREATE_NEW_DEVICES"}, {"provisionDeviceSecret", "s"}}}}}}
          .dump());
  std::atomic<bool> done = false;
  std::atomic<int> changes = 0;
  std::thread changing{[&, by = node.tenant()]() mutable {
    while (!done) {
      const auto answer = by.try_post(profile_base, made.dump());
      if (!answer) {
        return;
      }
      made = json::parse(answer->body);
      ++changes;
    }
  }};
  caller device{node};
  std::vector<int> refused;
  for (int i = 0; i < 200; ++i) {
    const std::string number = std::to_string(i);
    for (const auto& answer :
         {device.post("/api/v1/provision", R"({"provisionDeviceKey":"restless","deviceName":"R )" +
                                               number + R"(","provisionDeviceSecret":"s"})"),
          application.post("/api/device", R"({"name":"S )" + number + R"(","type":"Restless"})")}) {
      if (answer.status != 200) {
        refused.push_back(answer.status);
      }
    }
  }
  done = true;
  changing.join();
  CHECK(refused.empty());
  CHECK(changes > 50);
}

} // namespace muster::http::rest::test
