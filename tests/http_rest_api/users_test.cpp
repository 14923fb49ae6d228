#include "tests/http_rest_api/caller.hpp"

namespace muster::http::rest::test {

namespace {

/// The token in an activation link.
std::string token_of(const std::string& link) {
  return link.substr(link.find("activateToken=") + 14);
}

json make_user(caller& by, const std::string& email, const std::string& customer) {
  return by.posted("/api/user?sendActivationMail=false",
                   json{{"email", email},
                        {"authority", "CUSTOMER_USER"},
                        {"customerId", {{"entityType", "CUSTOMER"}, {"id", customer}}},
                        {"firstName", "F"},
                        {"lastName", "L"},
                        {"phone", "+31"}}
                       .dump());
}

} // namespace

TEST_CASE("A new user follows a link, chooses a password and logs in") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string customer = id_of(application.posted("/api/customer", R"({"title":"Users"})"));
  const auto made = make_user(application, "New@Example.org", customer);
  CHECK(made["authority"] == "CUSTOMER_USER");
  CHECK(made["firstName"] == "F");
  CHECK(made["phone"] == "+31");
  CHECK(made["customerId"]["id"] == customer);
  const std::string path = "/api/user/" + id_of(made);
  CHECK(application.got(path) == made);

  const auto link = application.get(path + "/activationLink");
  CHECK(link.status == 200);
  CHECK(link.headers.at("content-type") == "text/plain;charset=UTF-8");
  CHECK(link.body.starts_with("http://muster/api/noauth/activate?activateToken="));
  const std::string token = token_of(link.body);

  caller stranger{node};
  const auto followed = stranger.get("/api/noauth/activate?activateToken=" + token);
  CHECK(followed.status == 303);
  CHECK(followed.headers.at("location") == "/login/createPassword?activateToken=" + token);
  CHECK(stranger.get("/api/noauth/activate?activateToken=unknown").status == 409);

  const auto activate = [&](const std::string& with, const std::string& password) {
    return stranger.post("/api/noauth/activate",
                         json{{"activateToken", with}, {"password", password}}.dump());
  };
  check_fault(activate(token, "short"), 400, 31,
              "Password must be 6 or more characters in length.");
  check_fault(activate("unknown", "long enough"), 400, 31,
              "Unable to find user credentials by activateToken [unknown]");
  check_fault(stranger.post("/api/noauth/activate", "{}"), 400, 31,
              "Activation token and password must be given");
  const auto tokens = activate(token, "long enough");
  REQUIRE(tokens.status == 200);
  caller user{node, json::parse(tokens.body)["token"]};
  CHECK(user.got("/api/auth/user")["email"] == made["email"]);
  CHECK(login(node, "new@example.ORG", "long enough").contains("token"));

  // A link is good once.
  CHECK(activate(token, "another one").status == 400);
  check_fault(application.get(path + "/activationLink"), 400, 31, "User is already activated!");

  CHECK(application.remove(path).status == 200);
  CHECK(user.get("/api/auth/user").status == 401);
  CHECK(
      stranger.post("/api/auth/login", R"({"username":"new@example.org","password":"long enough"})")
          .status == 401);
  check_fault(application.get(path), 404, 32, "User with id [" + id_of(made) + "] is not found");
}

TEST_CASE("Users are listed by whom they belong to") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string customer = id_of(application.posted("/api/customer", R"({"title":"Listed"})"));
  const auto made = make_user(application, "listed@example.org", customer);
  const auto page = application.got("/api/customer/" + customer + "/users?pageSize=10&page=0");
  CHECK(page["data"] == json::array({made}));
  const auto found = application.got("/api/users?pageSize=10&page=0&textSearch=LISTED@");
  CHECK(found["data"] == json::array({made}));
  check_fault(application.get("/api/customer/" + nobody + "/users?pageSize=1&page=0"), 404, 32,
              "Customer with id [" + nobody + "] is not found");

  auto system = node.administrator();
  const std::string tenant = made["tenantId"]["id"];
  const auto of_tenant = system.got("/api/tenant/" + tenant + "/users?pageSize=100&page=0");
  const auto has = [](const json& list, const std::string& email) {
    return std::any_of(list.begin(), list.end(),
                       [&](const json& user) { return user["email"] == email; });
  };
  CHECK(has(of_tenant["data"], "tenant@thingsboard.org"));
  CHECK(system.get("/api/tenant/" + nobody + "/users?pageSize=1&page=0").status == 404);
  // All users of the tenant, its customers' among them, to its administrator; administrators to the
  // system's; those of his own customer to a customer's user.
  const auto seen_by = [&](caller& who) {
    return who.got("/api/users?pageSize=100&page=0")["data"];
  };
  CHECK(has(seen_by(application), "tenant@thingsboard.org"));
  CHECK(has(seen_by(application), "listed@example.org"));
  CHECK(has(seen_by(system), "sysadmin@thingsboard.org"));
  CHECK(has(seen_by(system), "tenant@thingsboard.org"));
  CHECK_FALSE(has(seen_by(system), "listed@example.org"));
  auto user = node.customer();
  const auto fellows = seen_by(user);
  CHECK(has(fellows, "customer@thingsboard.org"));
  for (const auto& fellow : fellows) {
    CHECK(fellow["customerId"] == user.got("/api/auth/user")["customerId"]);
  }
  CHECK(application.remove("/api/user/" + id_of(made)).status == 200);
}

TEST_CASE("What is wrong with a user is told") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const auto refused = [&](const json& body, const std::string& why) {
    check_fault(application.post("/api/user", body.dump()), 400, 31, why);
  };
  refused({{"authority", "TENANT_ADMIN"}}, "User email should be specified!");
  refused({{"email", "nobody"}, {"authority", "TENANT_ADMIN"}},
          "Invalid email address format 'nobody'!");
  refused({{"email", "a@b.c"}}, "User authority isn't defined!");
  refused({{"email", "a@b.c"}, {"authority", "KING"}}, "Unknown authority 'KING'");
  refused({{"email", "a@b.c"}, {"authority", "CUSTOMER_USER"}},
          "Customer user should be assigned to customer!");
  refused({{"email", "a@b.c"},
           {"authority", "CUSTOMER_USER"},
           {"customerId", {{"entityType", "CUSTOMER"}, {"id", nobody}}}},
          "User is referencing to non-existent customer!");
  refused({{"email", "tenant@thingsboard.org"}, {"authority", "TENANT_ADMIN"}},
          "User with email 'tenant@thingsboard.org' already present in database!");
  CHECK(application.post("/api/user", R"({"email":"a@b.c","authority":"SYS_ADMIN"})").status ==
        403);
  CHECK(application.post("/api/user?sendActivationMail=perhaps", "{}").status == 400);
  check_fault(
      application.post(
          "/api/user",
          json{{"id", {{"id", nobody}}}, {"email", "a@b.c"}, {"authority", "TENANT_ADMIN"}}.dump()),
      404, 32, "User with id [" + nobody + "] is not found");

  auto system = node.administrator();
  check_fault(system.post("/api/user", R"({"email":"a@b.c","authority":"TENANT_ADMIN"})"), 400, 31,
              "Tenant administrator should be assigned to tenant!");
  check_fault(system.post("/api/user", json{{"email", "a@b.c"},
                                            {"authority", "TENANT_ADMIN"},
                                            {"tenantId", {{"id", nobody}}}}
                                           .dump()),
              400, 31, "User is referencing to non-existent tenant!");
}

TEST_CASE("The system administrator makes a tenant's first user") {
  auto& node = demo_node::shared();
  auto system = node.administrator();
  const auto tenant = system.posted("/api/tenant", R"({"title":"Fresh"})");
  const auto made =
      system.posted("/api/user?sendActivationMail=false", json{{"email", "first@fresh.example"},
                                                               {"authority", "TENANT_ADMIN"},
                                                               {"tenantId", tenant["id"]}}
                                                              .dump());
  const auto link = system.get("/api/user/" + id_of(made) + "/activationLink").body;
  const auto tokens = caller{node}.posted(
      "/api/noauth/activate",
      json{{"activateToken", token_of(link)}, {"password", "fresh password"}}.dump());
  caller first{node, tokens["token"]};
  // A new tenant has a default profile, so that devices can be made.
  CHECK(first.posted("/api/device", R"({"name":"Very first"})")["type"] == "default");
  CHECK(first.got("/api/tenant/devices?pageSize=10&page=0")["totalElements"] == 1);
  CHECK(first.got("/api/tenant/" + id_of(tenant)) == tenant);

  CHECK(system.remove("/api/tenant/" + id_of(tenant)).status == 200);
  CHECK(first.get("/api/auth/user").status == 401);
}

} // namespace muster::http::rest::test
