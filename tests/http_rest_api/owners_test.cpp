#include "tests/http_rest_api/caller.hpp"

namespace muster::http::rest::test {

TEST_CASE("A customer is made, read, changed and deleted") {
  auto application = demo_node::shared().tenant();
  const auto made = application.posted(
      "/api/customer",
      R"({"title":"Mill","country":"NL","email":"mill@example.org","additionalInfo":{"b":1,"a":null}})");
  CHECK(made["title"] == "Mill");
  CHECK(made["name"] == "Mill");
  CHECK(made["country"] == "NL");
  CHECK(made["city"].is_null());
  CHECK(made["additionalInfo"] == json({{"b", 1}, {"a", nullptr}}));
  const std::string path = "/api/customer/" + id_of(made);
  CHECK(application.got(path) == made);
  CHECK(application.got(path + "/shortInfo") == json({{"title", "Mill"}, {"isPublic", false}}));
  CHECK(application.got("/api/tenant/customers?customerTitle=Mill") == made);
  check_fault(application.get("/api/tenant/customers?customerTitle=Nowhere"), 404, 32,
              "Requested item wasn't found!");

  auto shown = made;
  shown["title"] = "Windmill";
  CHECK(application.posted("/api/customer", shown.dump())["version"] == 2);
  CHECK(application.post("/api/customer", shown.dump()).status == 409);
  const auto found = application.got("/api/customers?pageSize=10&page=0&textSearch=WINDM");
  REQUIRE(found["totalElements"] == 1);
  CHECK(found["data"][0]["title"] == "Windmill");

  const auto device =
      application.posted("/api/device", json{{"name", "Sail"}, {"customerId", made["id"]}}.dump());
  CHECK(application.remove(path).status == 200);
  check_fault(application.get(path), 404, 32,
              "Customer with id [" + id_of(made) + "] is not found");
  CHECK(application.remove(path).status == 404);
  // What is around a device whose customer has just gone does not fail.
  CHECK(application.get("/api/device/info/" + id_of(device)).status == 200);
}

TEST_CASE("What is wrong with a customer is told") {
  auto application = demo_node::shared().tenant();
  const auto refused = [&](const std::string& body, const std::string& why) {
    check_fault(application.post("/api/customer", body), 400, 31, why);
  };
  refused("{}", "Customer title should be specified!");
  refused(R"({"title":"Twice","email":"no address"})",
          "Invalid email address format 'no address'!");
  refused(R"({"title":"Public"})", "'Public' title for customer is system reserved!");
  CHECK(application.post("/api/customer", R"({"title":"Twice"})").status == 200);
  refused(R"({"title":"Twice"})", "Customer with such title already exists!");
  check_fault(
      application.post("/api/customer", json{{"id", {{"id", nobody}}}, {"title", "X"}}.dump()), 404,
      32, "Customer with id [" + nobody + "] is not found");
}

TEST_CASE("Tenants are the system administrator's") {
  auto& node = demo_node::shared();
  auto system = node.administrator();
  const auto made = system.posted(
      "/api/tenant",
      R"({"title":"Second","region":"EU","additionalInfo":{"muster":{"transportTenantMsgRateLimit":"100:1"}}})");
  CHECK(made["title"] == "Second");
  CHECK(made["region"] == "EU");
  CHECK(made["additionalInfo"]["muster"]["transportTenantMsgRateLimit"] == "100:1");
  const std::string path = "/api/tenant/" + id_of(made);
  CHECK(system.got(path) == made);
  const auto found = system.got("/api/tenants?pageSize=10&page=0&textSearch=second");
  CHECK(found["data"] == json::array({made}));
  check_fault(system.post("/api/tenant", R"({"title":"Second"})"), 400, 31,
              "Tenant with such title already exists!");
  check_fault(system.post("/api/tenant", "{}"), 400, 31, "Tenant title should be specified!");
  CHECK(
      system
          .post("/api/tenant",
                R"({"title":"T","additionalInfo":{"muster":{"transportDeviceMsgRateLimit":"x"}}})")
          .status == 400);
  check_fault(system.post("/api/tenant", R"({"title":"T","additionalInfo":{"muster":1}})"), 400, 31,
              "Member 'muster' must be an object");

  auto other = node.tenant();
  CHECK(other.get(path).status == 403);
  const std::string own = other.got("/api/auth/user")["tenantId"]["id"];
  CHECK(other.got("/api/tenant/" + own)["id"]["id"] == own);
  CHECK(other.post("/api/tenant", R"({"title":"Mine"})").status == 403);

  CHECK(system.remove(path).status == 200);
  check_fault(system.get(path), 404, 32, "Tenant with id [" + id_of(made) + "] is not found");
}

} // namespace muster::http::rest::test
