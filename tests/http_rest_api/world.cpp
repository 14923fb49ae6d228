#include "tests/http_rest_api/world.hpp"

namespace muster::http::rest::test {

world::world(demo_node& node) : node_{node} {
  system_ = login(node, "sysadmin@thingsboard.org", "sysadmin")["token"];
  auto by_system = system();
  const auto administrator = [&](const std::string& email, const std::string& tenant) {
    return activate(by_system, {{"email", email},
                                {"authority", "TENANT_ADMIN"},
                                {"tenantId", reference("TENANT", tenant)}});
  };
  names_["tenant"] = make_tenant(std::string{tenant_mark});
  tenant_ = administrator("one@world.example", names_["tenant"]);
  foreign_tenant_ = administrator("two@world.example", make_tenant("Abroad"));

  auto by_tenant = tenant();
  names_["customer"] = make_customer(std::string{customer_mark});
  names_["otherCustomer"] = make_customer("Neighbour");
  const auto user = [&](const std::string& email, const std::string& customer) {
    return activate(by_tenant, {{"email", email},
                                {"authority", "CUSTOMER_USER"},
                                {"customerId", reference("CUSTOMER", customer)}});
  };
  customer_ = user("three@world.example", names_["customer"]);
  other_customer_ = user("four@world.example", names_["otherCustomer"]);
  renew();
}

void world::renew() {
  const std::string number = std::to_string(++made_);
  const std::string mark = std::string{customer_mark} + number;
  auto by = tenant();
  const auto id_of = [](const json& entity) { return entity["id"]["id"].get<std::string>(); };
  names_["number"] = number;
  names_["token"] = "WORLD_" + number;
  names_["deviceName"] = mark;
  names_["device"] = id_of(by.posted(
      "/api/device?accessToken=" + names_["token"],
      json{{"name", mark}, {"customerId", reference("CUSTOMER", names_["customer"])}}.dump()));
  names_["profile"] = id_of(
      by.posted("/api/deviceProfile", json{{"name", std::string{tenant_mark} + number}}.dump()));
  names_["field"] =
      id_of(by.posted("/api/calculatedField",
                      R"({"type":"ALARM","name":"MARK-OF-TENANT","configuration":{},"entityId":)"
                      R"({"entityType":"DEVICE_PROFILE","id":")" +
                          names_["profile"] + R"("}})"));
  names_["chain"] = id_of(by.posted("/api/ruleChain/device/default",
                                    json{{"name", std::string{tenant_mark} + number}}.dump()));
  names_["package"] = id_of(by.posted("/api/otaPackage", json{{"title", tenant_mark},
                                                              {"version", number},
                                                              {"type", "FIRMWARE"},
                                                              {"usesUrl", true},
                                                              {"url", "http://example.org/f"}}
                                                             .dump()));
  names_["user"] = id_of(by.posted("/api/user?sendActivationMail=false",
                                   json{{"email", mark + "@world.example"},
                                        {"authority", "CUSTOMER_USER"},
                                        {"customerId", reference("CUSTOMER", names_["customer"])}}
                                       .dump()));
  names_["rpc"] = by.posted("/api/rpc/oneway/" + names_["device"],
                            json{{"method", mark}, {"persistent", true}}.dump())["rpcId"];
  names_["alarm"] =
      id_of(by.posted("/api/alarm", json{{"originator", reference("DEVICE", names_["device"])},
                                         {"type", mark},
                                         {"severity", "MAJOR"}}
                                        .dump()));
  names_["comment"] = id_of(by.posted("/api/alarm/" + names_["alarm"] + "/comment",
                                      json{{"comment", {{"text", mark}}}}.dump()));
}

std::string world::fill(std::string_view text) const {
  std::string out;
  while (!text.empty()) {
    const auto open = std::min(text.find('<'), text.size());
    out += text.substr(0, open);
    text.remove_prefix(open);
    if (!text.empty()) {
      const auto close = text.find('>');
      out += names_.at(std::string{text.substr(1, close - 1)});
      text.remove_prefix(close + 1);
    }
  }
  return out;
}

std::string world::activate(caller& by, json user) {
  const auto made = by.posted("/api/user?sendActivationMail=false", user.dump());
  const auto link =
      by.get("/api/user/" + made["id"]["id"].get<std::string>() + "/activationLink").body;
  const json chosen = {{"activateToken", link.substr(link.find('=') + 1)},
                       {"password", "a password"}};
  return nobody_at_all().posted("/api/noauth/activate", chosen.dump())["token"];
}

std::string world::make_tenant(const std::string& title) {
  return system().posted("/api/tenant", json{{"title", title}}.dump())["id"]["id"];
}

std::string world::make_customer(const std::string& title) {
  return tenant().posted("/api/customer", json{{"title", title}}.dump())["id"]["id"];
}

} // namespace muster::http::rest::test
