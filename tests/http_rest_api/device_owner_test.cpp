#include "tests/http_rest_api/caller.hpp"

namespace muster::http::rest::test {

namespace {

std::string make_customer(caller& by, const std::string& title) {
  return id_of(by.posted("/api/customer", json{{"title", title}}.dump()));
}

} // namespace

TEST_CASE("A device is given to a customer and taken back") {
  auto application = demo_node::shared().tenant();
  const std::string id = application.make_device("Given", "GIVEN");
  const std::string customer = make_customer(application, "Receiver");
  check_fault(application.remove("/api/customer/device/" + id), 400, 31,
              "Device isn't assigned to any customer!");
  const auto given = application.posted("/api/customer/" + customer + "/device/" + id, "");
  CHECK(given["customerId"]["id"] == customer);
  CHECK(given["version"] == 2);
  const auto listed = application.got("/api/customer/" + customer + "/devices?pageSize=5&page=0");
  CHECK(listed["totalElements"] == 1);
  const auto taken = json::parse(application.remove("/api/customer/device/" + id).body);
  CHECK(id_of(taken) == id);
  CHECK(taken["customerId"]["id"] == to_string(null_uuid));
  CHECK(
      application.got("/api/customer/" + customer + "/devices?pageSize=5&page=0")["data"].empty());

  check_fault(application.post("/api/customer/" + nobody + "/device/" + id, ""), 404, 32,
              "Customer with id [" + nobody + "] is not found");
  check_fault(application.post("/api/customer/" + customer + "/device/" + nobody, ""), 404, 32,
              "Device with id [" + nobody + "] is not found");
  check_fault(application.remove("/api/customer/device/" + nobody), 404, 32,
              "Device with id [" + nobody + "] is not found");
  check_fault(application.post("/api/customer/public/device/" + nobody, ""), 404, 32,
              "Device with id [" + nobody + "] is not found");
}

TEST_CASE("A public device belongs to the tenant's public customer") {
  auto application = demo_node::shared().tenant();
  const std::string first = application.make_device("Open 1", "OPEN_1");
  const std::string second = application.make_device("Open 2", "OPEN_2");
  const auto shown = application.posted("/api/customer/public/device/" + first, "");
  const auto again = application.posted("/api/customer/public/device/" + second, "");
  CHECK(shown["customerId"] == again["customerId"]);
  const auto info = application.got("/api/device/info/" + first);
  CHECK(info["customerIsPublic"] == true);
  CHECK(info["customerTitle"] == "Public");
}

TEST_CASE("Device infos show what is around, and are filtered") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string customer = make_customer(application, "Informed");
  const auto quiet = application.posted("/api/device", R"({"name":"Info quiet","type":"Infos"})");
  const auto busy = application.posted("/api/device?accessToken=INFO_BUSY",
                                       R"({"name":"Info busy","type":"Infos"})");
  CHECK(application.post("/api/customer/" + customer + "/device/" + id_of(busy), "").status == 200);
  CHECK(caller{node}.post("/api/v1/INFO_BUSY/telemetry", "{a:1}").status == 200);

  const std::string base = "/api/tenant/deviceInfos?pageSize=10&page=0&sortProperty=name";
  const std::string profile = quiet["deviceProfileId"]["id"];
  const auto both = application.got(base + "&deviceProfileId=" + profile);
  REQUIRE(both["totalElements"] == 2);
  CHECK(both["data"][0] == application.got("/api/device/info/" + id_of(busy)));
  CHECK(both["data"][1] == application.got("/api/device/info/" + id_of(quiet)));
  CHECK(both["data"][0]["customerTitle"] == "Informed");
  CHECK(both["data"][0]["active"] == true);
  CHECK(both["data"][1]["customerTitle"].is_null());
  CHECK(both["data"][1]["active"] == false);
  CHECK(both["data"][1]["deviceProfileName"] == "Infos");

  const auto names = [&](const std::string& filter) {
    std::vector<std::string> all;
    const auto found = application.got(base + "&type=Infos" + filter);
    for (const auto& device : found["data"]) {
      all.push_back(device["name"]);
    }
    return all;
  };
  CHECK(names("&active=true") == std::vector<std::string>{"Info busy"});
  CHECK(names("&active=false") == std::vector<std::string>{"Info quiet"});
  CHECK(names("") == std::vector<std::string>{"Info busy", "Info quiet"});
  const auto owned =
      application.got("/api/customer/" + customer + "/deviceInfos?pageSize=10&page=0");
  CHECK(owned["data"] == json::array({both["data"][0]}));

  check_fault(application.get(base + "&deviceProfileId=x"), 400, 31, "Invalid UUID string: x");
  CHECK(application.get(base + "&active=maybe").status == 400);
  check_fault(application.get("/api/customer/" + nobody + "/deviceInfos?pageSize=1&page=0"), 404,
              32, "Customer with id [" + nobody + "] is not found");
}

TEST_CASE("A package that a device cannot be given is refused") {
  auto application = demo_node::shared().tenant();
  const std::string id = application.make_device("Equipped", "EQUIPPED");
  const std::string profile =
      id_of(application.posted("/api/deviceProfile", R"({"name":"Elsewhere"})"));
  const auto package = [&](const std::string& version, json more) {
    more.update({{"title", "Given"}, {"version", version}});
    return id_of(application.posted("/api/otaPackage", more.dump()));
  };
  const json link = {{"usesUrl", true}, {"url", "http://example.org/p"}};
  const auto with = [&](json base, const std::string& type) {
    base["type"] = type;
    return base;
  };
  json elsewhere = with(link, "FIRMWARE");
  elsewhere["deviceProfileId"] = {{"entityType", "DEVICE_PROFILE"}, {"id", profile}};
  const auto assign = [&](const std::string& member, const std::string& what) {
    return application.post(
        "/api/device",
        json{{"id", {{"id", id}}}, {"name", "Equipped"}, {member, {{"id", what}}}}.dump());
  };
  check_fault(assign("firmwareId", nobody), 400, 31, "Can't assign non-existent firmware!");
  check_fault(assign("softwareId", nobody), 400, 31, "Can't assign non-existent software!");
  check_fault(assign("firmwareId", package("1", with(json::object(), "FIRMWARE"))), 400, 31,
              "Can't assign firmware with empty data!");
  CHECK(assign("firmwareId", package("2", with(link, "SOFTWARE"))).status == 400);
  CHECK(assign("firmwareId", package("3", elsewhere)).status == 400);
  CHECK(application.got("/api/device/" + id)["version"] == 1);

  const std::string good = package("4", with(link, "FIRMWARE"));
  const auto given = assign("firmwareId", good);
  REQUIRE(given.status == 200);
  CHECK(json::parse(given.body)["firmwareId"] ==
        json({{"entityType", "OTA_PACKAGE"}, {"id", good}}));
  CHECK(application.remove("/api/otaPackage/" + good).status == 400);
}

TEST_CASE("Connectivity commands name the server as the client knows it") {
  auto application = demo_node::shared().tenant();
  const std::string id = application.make_device("Connected", "A%20B'C");
  const auto shown = application.got("/api/device-connectivity/" + id);
  CHECK(shown["http"]["http"] ==
        "curl -v -X POST http://muster/api/v1/A%20B%27C/telemetry "
        "--header Content-Type:application/json --data '{\"temperature\":25}'");
  check_fault(application.get("/api/device-connectivity/" + nobody), 404, 32,
              "Device with id [" + nobody + "] is not found");
}

} // namespace muster::http::rest::test
