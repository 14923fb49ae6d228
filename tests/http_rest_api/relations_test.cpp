#include "tests/http_rest_api/caller.hpp"

#include <string>

namespace muster::http::rest::test {

namespace {

const std::string relation_path = "/api/relation";

json end_of(const std::string& type, const std::string& id) {
  return {{"entityType", type}, {"id", id}};
}

std::string customer_named(caller& by, const std::string& title) {
  return by.posted("/api/customer", json{{"title", title}}.dump())["id"]["id"];
}

std::string one_relation(const std::string& from, const std::string& to, const std::string& type) {
  return "?fromType=CUSTOMER&fromId=" + from + "&relationType=" + type +
         "&toType=DEVICE&toId=" + to;
}

} // namespace

TEST_CASE("A relation is made, read, listed and deleted") {
  auto application = demo_node::shared().tenant();
  const auto owner = customer_named(application, "Related customer");
  const auto device = application.make_device("Related device", "RELATED_DEVICE");
  json made = {{"from", end_of("CUSTOMER", owner)},
               {"to", end_of("DEVICE", device)},
               {"type", "Contains"},
               {"additionalInfo", {{"b", 1}}}};
  const auto saved = application.post(relation_path, made.dump());
  CHECK(saved.status == 200);
  CHECK(saved.body.empty());
  made["typeGroup"] = "COMMON";
  CHECK(application.posted("/api/v2/relation", made.dump()) == made);
  const auto query = one_relation(owner, device, "Contains");
  CHECK(application.got(relation_path + query) == made);

  const auto from = "CUSTOMER/" + owner;
  const auto to = "DEVICE/" + device;
  CHECK(application.got("/api/relations/from/" + from) == json::array({made}));
  CHECK(application.got("/api/relations/to/" + to + "/Contains") == json::array({made}));
  CHECK(application.got("/api/relations/to/" + to + "/Manages") == json::array());
  CHECK(application.got("/api/relations?fromType=CUSTOMER&fromId=" + owner) == json::array({made}));
  CHECK(application.got("/api/relations/from/" + from + "?relationTypeGroup=ALARM") ==
        json::array());
  json named = made;
  named["fromName"] = nullptr;
  named["toName"] = "Related device";
  CHECK(application.got("/api/relations/info/from/" + from) == json::array({named}));
  named["fromName"] = "Related customer";
  named["toName"] = nullptr;
  CHECK(application.got("/api/relations/info?toType=DEVICE&toId=" + device) ==
        json::array({named}));

  CHECK(application.remove(relation_path + query).status == 200);
  CHECK(application.get(relation_path + query).status == 404);
  CHECK(application.remove(relation_path + query).status == 404);
  application.posted("/api/v2/relation", made.dump());
  CHECK(application.remove("/api/device/" + device).status == 200);
  CHECK(application.got("/api/relations/from/" + from) == json::array());
}

TEST_CASE("A relation that makes no sense is refused") {
  auto application = demo_node::shared().tenant();
  const auto owner = customer_named(application, "Unrelated customer");
  json made = {{"from", end_of("CUSTOMER", owner)},
               {"to", end_of("DEVICE", to_string(random_uuid()))},
               {"type", "Contains"}};
  CHECK(application.post(relation_path, made.dump()).status == 404);
  made["to"] = end_of("TENANT", owner);
  CHECK(application.post(relation_path, made.dump()).status == 404);
  made["to"] = end_of("DASHBOARD", owner);
  CHECK(application.post(relation_path, made.dump()).status == 400);
  made["to"] = made["from"];
  made["typeGroup"] = "DASHBOARD";
  CHECK(application.post(relation_path, made.dump()).status == 400);
  made.erase("typeGroup");
  made.erase("type");
  CHECK(application.post(relation_path, made.dump()).status == 400);
  made.erase("to");
  CHECK(application.post(relation_path, made.dump()).status == 400);
  CHECK(application.get("/api/relations/from/CUSTOMER/nonsense").status == 400);
  CHECK(application.get("/api/relations").status == 400);
}

TEST_CASE("Customers and tenants have attributes of the server scope") {
  auto application = demo_node::shared().tenant();
  const auto owner = customer_named(application, "Customer with attributes");
  const auto base = telemetry_base + "CUSTOMER/" + owner;
  CHECK(application.post(base + "/SERVER_SCOPE", R"({"limit":5,"name":"x"})").status == 200);
  CHECK(application.post(base + "/attributes/SERVER_SCOPE", R"({"on":true})").status == 200);
  CHECK(application.got(base + "/keys/attributes") == json::array({"limit", "name", "on"}));
  const auto values = application.got(base + "/values/attributes/SERVER_SCOPE?keys=on,limit");
  REQUIRE(values.size() == 2);
  CHECK(values[0]["value"] == true);
  CHECK(values[1]["value"] == 5);
  CHECK(application.got(base + "/values/attributes/CLIENT_SCOPE") == json::array());
  CHECK(application.post(base + "/SHARED_SCOPE", R"({"a":1})").status == 400);
  CHECK(application.post(base + "/SERVER_SCOPE", R"({"a":null})").status == 400);
  CHECK(application.remove(base + "/SHARED_SCOPE?keys=on").status == 400);
  CHECK(application.remove(base + "/SERVER_SCOPE?keys=on,name").status == 200);
  CHECK(application.got(base + "/keys/attributes") == json::array({"limit"}));
  const auto unknown =
      application.get(telemetry_base + "CUSTOMER/" + to_string(random_uuid()) + "/keys/attributes");
  CHECK(unknown.status == 404);
  CHECK(unknown.body == "Customer with requested id wasn't found!");

  const auto tenant = application.got("/api/auth/user")["tenantId"]["id"].get<std::string>();
  const auto own = telemetry_base + "TENANT/" + tenant;
  CHECK(application.post(own + "/SERVER_SCOPE", R"({"limit":7})").status == 200);
  CHECK(application.got(own + "/values/attributes?keys=limit")[0]["value"] == 7);
  CHECK(application.get(telemetry_base + "USER/" + tenant + "/keys/attributes").status == 400);
}

TEST_CASE("A customer's user reads his own customer's attributes") {
  auto application = demo_node::shared().tenant();
  auto user = demo_node::shared().customer();
  const auto owner = user.got("/api/auth/user")["customerId"]["id"].get<std::string>();
  const auto base = telemetry_base + "CUSTOMER/" + owner;
  CHECK(application.post(base + "/SERVER_SCOPE", R"({"mine":1})").status == 200);
  CHECK(user.got(base + "/keys/attributes") == json::array({"mine"}));
  CHECK(user.post(base + "/SERVER_SCOPE", R"({"mine":2})").status == 403);
  const auto other = customer_named(application, "Not his");
  CHECK(user.get(telemetry_base + "CUSTOMER/" + other + "/keys/attributes").status == 403);
  CHECK(application.remove(base + "/SERVER_SCOPE?keys=mine").status == 200);
}

} // namespace muster::http::rest::test
