#include "tests/http_rest_api/world.hpp"

#include <set>

namespace muster::http::rest::test {

namespace {

std::set<std::string> names_of(const json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) {
    names.insert(name);
  }
  return names;
}

} // namespace

TEST_CASE("Entities look as they are described") {
  demo_node node;
  const world here{node};
  auto system = here.system();
  auto by = here.tenant();
  const auto schemas = here.nobody_at_all().got("/api/openapi.json")["components"]["schemas"];
  const auto check = [&](const std::string& schema, const json& shown) {
    INFO(schema);
    CHECK(names_of(schemas[schema]["properties"]) == names_of(shown));
  };
  const auto first = [&](const std::string& target) {
    return by.got(here.fill(target) + "?pageSize=1&page=0")["data"][0];
  };
  check("Device", by.got(here.fill("/api/device/<device>")));
  check("DeviceInfo", by.got(here.fill("/api/device/info/<device>")));
  check("DeviceInfo", first("/api/tenant/deviceInfos"));
  check("Credentials", by.got(here.fill("/api/device/<device>/credentials")));
  check("Connectivity", by.got(here.fill("/api/device-connectivity/<device>")));
  check("EntitySubtype", by.got("/api/device/types")[0]);
  check("DeviceProfile", by.got(here.fill("/api/deviceProfile/<profile>")));
  check("DeviceProfileInfo", by.got(here.fill("/api/deviceProfileInfo/<profile>")));
  check("EntityName", by.got("/api/deviceProfile/names")[0]);
  check("OtaPackage", by.got(here.fill("/api/otaPackage/info/<package>")));
  check("Customer", by.got(here.fill("/api/customer/<customer>")));
  check("CustomerShortInfo", by.got(here.fill("/api/customer/<customer>/shortInfo")));
  check("User", by.got(here.fill("/api/user/<user>")));
  check("Tenant", system.got(here.fill("/api/tenant/<tenant>")));
  check("AuditLog", first("/api/audit/logs"));
  check("Rpc", by.got(here.fill("/api/rpc/persistent/<rpc>")));
  CHECK(by.post(here.fill("/api/plugins/telemetry/<device>/SERVER_SCOPE"), "{\"a\":1}").status ==
        200);
  check("Attribute",
        by.got(here.fill("/api/plugins/telemetry/DEVICE/<device>/values/attributes?keys=a"))[0]);
  check("Error", json::parse(by.get("/api/device/x").body));
}

} // namespace muster::http::rest::test
