#include "tests/http_rest_api/caller.hpp"

namespace muster::http::rest::test {

TEST_CASE("A device is made, read, changed and deleted") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const auto made = application.posted(
      "/api/device?accessToken=CRUD",
      R"({"name":"Crud","label":"L","additionalInfo":{"gateway":true,"n":null}})");
  CHECK(made["type"] == "default");
  CHECK(made["version"] == 1);
  CHECK(made["additionalInfo"] == json({{"gateway", true}, {"n", nullptr}}));
  CHECK_FALSE(made.contains("ownerId"));
  const std::string path = "/api/device/" + made["id"]["id"].get<std::string>();

  auto shown = application.got(path);
  CHECK(shown["label"] == "L");
  CHECK(shown["ownerId"] == made["tenantId"]);

  SECTION("what an update leaves out has its default") {
    const auto changed = application.posted(
        "/api/device", json{{"id", made["id"]}, {"name", "Crud 2"}, {"type", "thermostat"}}.dump());
    CHECK(changed["name"] == "Crud 2");
    CHECK(changed["type"] == "thermostat");
    CHECK(changed["label"].is_null());
    CHECK(changed["additionalInfo"].is_null());
    CHECK(changed["version"] == 2);
    CHECK(changed["createdTime"] == made["createdTime"]);
  }
  SECTION("an outdated version is refused") {
    shown["label"] = "new";
    CHECK(application.posted("/api/device", shown.dump())["version"] == 2);
    CHECK(application.post("/api/device", shown.dump()).status == 409);
    CHECK(application.got(path)["version"] == 2);
  }
  SECTION("info shows what is around") {
    const auto info = application.got("/api/device/info/" + made["id"]["id"].get<std::string>());
    CHECK(info["deviceProfileName"] == "default");
    CHECK(info["customerTitle"].is_null());
    CHECK(info["customerIsPublic"] == false);
    CHECK(info["active"] == false);
    CHECK(caller{node}.post("/api/v1/CRUD/telemetry", "{a:1}").status == 200);
    CHECK(application.got("/api/device/info/" + made["id"]["id"].get<std::string>())["active"] ==
          true);
  }
  const auto removed = application.remove(path);
  CHECK(removed.status == 200);
  CHECK(removed.body.empty());
  check_fault(application.get(path), 404, 32,
              "Device with id [" + made["id"]["id"].get<std::string>() + "] is not found");
  CHECK(application.remove(path).status == 404);
  CHECK(caller{node}.post("/api/v1/CRUD/telemetry", "{a:1}").status == 401);
}

TEST_CASE("What is wrong with a device is told") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string id = application.make_device("Taken", "TAKEN");
  check_fault(application.post("/api/device", R"({"name":"Taken"})"), 400, 31,
              "Device with such name already exists!");
  check_fault(application.post("/api/device?accessToken=TAKEN", R"({"name":"Other"})"), 400, 31,
              "Device credentials are already assigned to another device!");
  check_fault(application.post("/api/device", "{}"), 400, 31, "Device name should be specified!");
  check_fault(application.post("/api/device", ""), 400, 31, "Required request body is missing");
  check_fault(application.post("/api/device?nameConflictPolicy=PERHAPS", R"({"name":"Other"})"),
              400, 31, "Unknown nameConflictPolicy 'PERHAPS'");
  check_fault(
      application.post("/api/device",
                       json{{"name", "Other"}, {"deviceProfileId", {{"id", nobody}}}}.dump()),
      400, 31, "Device is referencing to non-existent device profile!");
  check_fault(application.post("/api/device",
                               json{{"name", "Other"}, {"customerId", {{"id", nobody}}}}.dump()),
              400, 31, "Can't assign device to non-existent customer!");
  CHECK(application.post("/api/device", "no json").status == 400);
  check_fault(
      application.post("/api/device", json{{"id", {{"id", nobody}}}, {"name", "Other"}}.dump()),
      404, 32, "Device with id [" + nobody + "] is not found");
  check_fault(application.get("/api/device/" + nobody), 404, 32,
              "Device with id [" + nobody + "] is not found");
  check_fault(application.get("/api/device/x"), 400, 31, "Invalid UUID string: x");
  CHECK(application.got("/api/device/" + id)["name"] == "Taken");
}

TEST_CASE("A taken name is made unique when asked for") {
  auto application = demo_node::shared().tenant();
  CHECK(application.posted("/api/device", R"({"name":"Same"})")["name"] == "Same");
  const std::string policy = "/api/device?nameConflictPolicy=UNIQUIFY&uniquifyStrategy=";
  CHECK(application.posted(policy + "INCREMENTAL", R"({"name":"Same"})")["name"] == "Same_1");
  CHECK(application.posted(policy + "INCREMENTAL&uniquifySeparator=-",
                           R"({"name":"Same"})")["name"] == "Same-1");
  CHECK(application.posted(policy + "INCREMENTAL", R"({"name":"Same"})")["name"] == "Same_2");
  const std::string name = application.posted(policy + "RANDOM", R"({"name":"Same"})")["name"];
  CHECK(name.size() == std::string{"Same_"}.size() + 6);
}

TEST_CASE("A device is not changed when its new token is taken") {
  auto application = demo_node::shared().tenant();
  const std::string id = application.make_device("Whole", "WHOLE_1");
  const auto change = [&](const std::string& token) {
    const json device = {{"id", {{"id", id}}}, {"name", "Whole"}, {"label", "changed"}};
    const json access = {{"credentialsType", "ACCESS_TOKEN"}, {"credentialsId", token}};
    return application.post("/api/device-with-credentials",
                            json{{"device", device}, {"credentials", access}}.dump());
  };
  check_fault(change("A1_TEST_TOKEN"), 400, 31,
              "Device credentials are already assigned to another device!");
  CHECK(application.got("/api/device/" + id)["label"].is_null());
  CHECK(change("WHOLE_1").status == 200);
  CHECK(change("WHOLE_2").status == 200);
  CHECK(application.got("/api/device/" + id)["label"] == "changed");
  CHECK(application.got("/api/device/" + id + "/credentials")["credentialsId"] == "WHOLE_2");
}

TEST_CASE("A device's credentials are not changed when its new name is taken") {
  auto application = demo_node::shared().tenant();
  const std::string id = application.make_device("Kept", "KEPT_1");
  const json device = {{"id", {{"id", id}}}, {"name", "Test Device A1"}};
  const json access = {{"credentialsType", "ACCESS_TOKEN"}, {"credentialsId", "KEPT_2"}};
  check_fault(application.post("/api/device-with-credentials",
                               json{{"device", device}, {"credentials", access}}.dump()),
              400, 31, "Device with such name already exists!");
  CHECK(application.got("/api/device/" + id)["name"] == "Kept");
  CHECK(application.got("/api/device/" + id + "/credentials")["credentialsId"] == "KEPT_1");
}

TEST_CASE("Credentials have a bounded size") {
  auto application = demo_node::shared().tenant();
  const std::string id = application.make_device("Sized", "SIZED");
  const auto save = [&](const char* type, std::string name, std::string value) {
    return application.post("/api/device/credentials", json{{"deviceId", {{"id", id}}},
                                                            {"credentialsType", type},
                                                            {"credentialsId", std::move(name)},
                                                            {"credentialsValue", std::move(value)}}
                                                           .dump());
  };
  check_fault(save("LWM2M_CREDENTIALS", std::string(256, 'e'), "{}"), 400, 31,
              "credentialsId length must be equal or less than 255");
  check_fault(save("X509_CERTIFICATE", "", std::string(65'537, 'A')), 400, 31,
              "credentialsValue length must be equal or less than 65536 bytes");
  CHECK(application.got("/api/device/" + id + "/credentials")["credentialsId"] == "SIZED");
  CHECK(save("LWM2M_CREDENTIALS", std::string(255, 'e'), std::string(65'536, 'x')).status == 200);
}

TEST_CASE("What a query says must be UTF-8") {
  auto application = demo_node::shared().tenant();
  const std::string id = application.make_device("Latin", "LATIN");
  check_text(application.get(telemetry_base + "DEVICE/" + id + "/values/timeseries?keys=%ff"), 400,
             "Parameter 'keys' is not UTF-8");
  check_fault(application.get("/api/tenant/device?deviceName=%c3"), 400, 31,
              "Parameter 'deviceName' is not UTF-8");
  check_fault(application.post("/api/device?accessToken=a%0Ab", R"({"name":"Broken"})"), 400, 31,
              "A token must not contain slashes or control characters");
}

TEST_CASE("Credentials are read and changed") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string id = application.make_device("Keyed", "KEYED_1");
  auto access = application.got("/api/device/" + id + "/credentials");
  CHECK(access["credentialsType"] == "ACCESS_TOKEN");
  CHECK(access["credentialsId"] == "KEYED_1");
  CHECK(access["credentialsValue"].is_null());

  access["credentialsId"] = "KEYED_2";
  const auto changed = application.posted("/api/device/credentials", access.dump());
  CHECK(changed["credentialsId"] == "KEYED_2");
  CHECK(changed["id"] == access["id"]);
  caller device{node};
  CHECK(device.post("/api/v1/KEYED_1/telemetry", "{a:1}").status == 401);
  CHECK(device.post("/api/v1/KEYED_2/telemetry", "{a:1}").status == 200);

  check_fault(application.post("/api/device/credentials", access.dump()), 409, 35,
              "Device credentials were changed by someone else");
  access.erase("version");
  access["credentialsId"] = "A1_TEST_TOKEN";
  check_fault(application.post("/api/device/credentials", access.dump()), 400, 31,
              "Device credentials are already assigned to another device!");
  access["id"]["id"] = nobody;
  check_fault(application.post("/api/device/credentials", access.dump()), 400, 31,
              "Unable to update non-existent device credentials!");
  check_fault(application.post("/api/device/credentials",
                               R"({"credentialsType":"ACCESS_TOKEN","credentialsId":"x"})"),
              400, 31, "Device credentials should be assigned to device!");
  CHECK(application.get("/api/device/" + nobody + "/credentials").status == 404);
}

TEST_CASE("Devices are made together with their credentials") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const auto made =
      application.posted("/api/device-with-credentials",
                         R"({"device":{"name":"Both"},"credentials":{"credentialsType":"MQTT_BASIC",
          "credentialsValue":"{\"clientId\":\"c\",\"userName\":\"u\",\"password\":\"p\"}"}})");
  const std::string id = made["id"]["id"];
  CHECK(application.got("/api/device/" + id + "/credentials")["credentialsType"] == "MQTT_BASIC");
  const json again = {
      {"device", {{"id", made["id"]}, {"name", "Both 2"}}},
      {"credentials", {{"credentialsType", "ACCESS_TOKEN"}, {"credentialsId", "BOTH"}}}};
  CHECK(application.posted("/api/device-with-credentials", again.dump())["name"] == "Both 2");
  CHECK(caller{node}.post("/api/v1/BOTH/telemetry", "{a:1}").status == 200);
  check_fault(application.post("/api/device-with-credentials", R"({"device":{"name":"x"}})"), 400,
              31, "Both device and credentials must be given");
}

TEST_CASE("Devices are found in pages, by name and by identifier") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const auto page = application.got(
      "/api/tenant/devices?pageSize=2&page=0&textSearch=TEST%20device%20a&sortProperty=name"
      "&sortOrder=DESC");
  REQUIRE(page["data"].size() == 2);
  CHECK(page["data"][0]["name"] == "Test Device A3");
  CHECK(page["data"][1]["name"] == "Test Device A2");
  CHECK(page["totalElements"] == 3);
  CHECK(page["totalPages"] == 2);
  CHECK(page["hasNext"] == true);
  const auto thermostats =
      application.got("/api/tenant/devices?pageSize=10&page=0&type=thermostat&textSearch=Thermo");
  CHECK(thermostats["totalElements"] == 2);

  for (const auto* path : {"/api/tenant/devices?deviceName=Thermostat+T1",
                           "/api/tenant/device?deviceName=Thermostat%20T1"}) {
    CHECK(application.got(path)["name"] == "Thermostat T1");
  }
  check_fault(application.get("/api/tenant/devices?deviceName=Nobody"), 404, 32,
              "Requested item wasn't found!");
  CHECK(application.get("/api/tenant/device").status == 400);
  check_fault(application.get("/api/tenant/devices?pageSize=0&page=0"), 400, 31,
              "Incorrect page link page size '0'. Page size must be greater than zero.");
  CHECK(application.get("/api/tenant/devices").status == 400);

  const std::string first = page["data"][0]["id"]["id"];
  const std::string second = page["data"][1]["id"]["id"];
  const auto both =
      application.got("/api/devices?deviceIds=" + second + "," + nobody + "," + first);
  REQUIRE(both.size() == 2);
  CHECK(both[0]["id"]["id"] == second);
  CHECK(both[1]["id"]["id"] == first);
  CHECK(application.got("/api/devices?deviceIds=" + first + "," + first).size() == 1);
  CHECK(application.get("/api/devices").status == 400);
  check_fault(application.get("/api/devices?deviceIds=x"), 400, 31, "Invalid UUID string: x");

  const std::string customer = page["data"][0]["customerId"]["id"];
  const auto theirs = application.got("/api/customer/" + customer + "/devices?pageSize=10&page=0");
  CHECK(theirs["totalElements"] == 3);
  check_fault(application.get("/api/customer/" + nobody + "/devices?pageSize=10&page=0"), 404, 32,
              "Customer with id [" + nobody + "] is not found");
}

TEST_CASE("Customers' users have their customer's devices, and may not make or remove any") {
  auto& node = demo_node::shared();
  auto application = node.customer();
  auto tenant = node.tenant();
  const auto own = tenant.got("/api/tenant/devices?deviceName=Test+Device+A1");
  const auto foreign = tenant.got("/api/tenant/devices?deviceName=Test+Device+B1");
  const std::string own_path = "/api/device/" + own["id"]["id"].get<std::string>();
  const std::string foreign_path = "/api/device/" + foreign["id"]["id"].get<std::string>();
  const std::string denied = "You don't have permission to perform this operation!";

  CHECK(application.got(own_path)["name"] == "Test Device A1");
  CHECK(application.got("/api/device/info/" +
                        own["id"]["id"].get<std::string>())["customerTitle"] == "Customer A");
  CHECK(application.got(own_path + "/credentials")["credentialsId"] == "A1_TEST_TOKEN");
  check_fault(application.get(foreign_path), 403, 20, denied);
  check_fault(application.get(foreign_path + "/credentials"), 403, 20, denied);
  check_fault(application.remove(own_path), 403, 20, denied);
  check_fault(application.post("/api/device", R"({"name":"Mine"})"), 403, 20, denied);
  check_fault(application.get("/api/tenant/devices?pageSize=1&page=0"), 403, 20, denied);
  check_fault(
      application.post("/api/device/credentials", tenant.get(own_path + "/credentials").body), 403,
      20, denied);
  CHECK(application.got("/api/customer/" + own["customerId"]["id"].get<std::string>() +
                        "/devices?pageSize=10&page=0")["totalElements"] == 3);
  check_fault(application.get("/api/customer/" + foreign["customerId"]["id"].get<std::string>() +
                              "/devices?pageSize=10&page=0"),
              403, 20, denied);
  const auto listed =
      application.got("/api/devices?deviceIds=" + foreign["id"]["id"].get<std::string>() + "," +
                      own["id"]["id"].get<std::string>());
  CHECK(listed.size() == 1);

  auto renamed = application.got(own_path);
  renamed["label"] = "by the customer";
  CHECK(application.posted("/api/device", renamed.dump())["label"] == "by the customer");
  renamed = application.got(own_path);
  renamed["customerId"] = foreign["customerId"];
  check_fault(application.post("/api/device", renamed.dump()), 403, 20, denied);
}

TEST_CASE("The system administrator has no devices") {
  auto& node = demo_node::shared();
  auto application = node.administrator();
  CHECK(application.got("/api/auth/user")["authority"] == "SYS_ADMIN");
  const std::string denied = "You don't have permission to perform this operation!";
  check_fault(application.get("/api/device/" + nobody), 403, 20, denied);
  check_fault(application.post("/api/device", R"({"name":"x"})"), 403, 20, denied);
  check_text(application.get(telemetry_base + "DEVICE/" + nobody + "/values/timeseries"), 403,
             "System administrator is not allowed to perform this operation!");
  check_text(application.post("/api/rpc/oneway/" + nobody, R"({"method":"m"})"), 403,
             "System administrator is not allowed to perform this operation!");
}

TEST_CASE("A body over 16 MiB is 413 before it is sent") {
  auto& node = demo_node::shared();
  const std::string token = login(node, "tenant@thingsboard.org", "tenant")["token"];
  caller application{node};
  REQUIRE(application.connection().send("POST /api/device HTTP/1.1\r\nHost: x\r\nX-Authorization: "
                                        "Bearer " +
                                        token + "\r\nContent-Length: 16777217\r\n\r\n"));
  const auto answer = application.wait();
  CHECK(answer.status == 413);
  const auto shown = json::parse(answer.body);
  CHECK(shown["status"] == 413);
  CHECK(shown["errorCode"] == 31);
}

TEST_CASE("Unknown paths are 404, wrong methods 405 with Allow") {
  auto application = demo_node::shared().tenant();
  const auto unknown = application.get("/api/nothing");
  CHECK(unknown.status == 404);
  CHECK(json::parse(unknown.body)["errorCode"] == 32);
  const auto wrong = application.call("PUT", "/api/devices", "{}");
  CHECK(wrong.status == 405);
  CHECK(wrong.headers.at("allow").find("GET") != std::string::npos);
}

} // namespace muster::http::rest::test
