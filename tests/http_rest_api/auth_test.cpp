#include "tests/http_rest_api/caller.hpp"

#include <vector>

namespace muster::http::rest::test {

TEST_CASE("A login buys a pair that opens doors and buys another") {
  auto& node = demo_node::shared();
  const auto tokens = login(node, "TENANT@thingsboard.org", "tenant");
  caller application{node, tokens["token"]};
  const auto self = application.got("/api/auth/user");
  CHECK(self["email"] == "tenant@thingsboard.org");
  CHECK(self["authority"] == "TENANT_ADMIN");
  CHECK(self["customerId"]["id"] == to_string(null_uuid));
  CHECK_FALSE(self.contains("password"));

  const auto renewed =
      caller{node}.posted("/api/auth/token", json{{"refreshToken", tokens["refreshToken"]}}.dump());
  application.become(renewed["token"]);
  CHECK(application.got("/api/auth/user")["id"] == self["id"]);
}

TEST_CASE("Authorization works as well as X-Authorization") {
  auto& node = demo_node::shared();
  const std::string token = login(node, "tenant@thingsboard.org", "tenant")["token"];
  caller application{node};
  REQUIRE(application.connection().send(
      "GET /api/auth/user HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n"));
  CHECK(application.wait().status == 200);
}

TEST_CASE("A bad login is 401 and says so") {
  auto& node = demo_node::shared();
  caller stranger{node};
  for (const auto* body : {R"({"username":"tenant@thingsboard.org","password":"wrong"})",
                           R"({"username":"nobody@nowhere","password":"wrong"})"}) {
    check_fault(stranger.post("/api/auth/login", body), 401, 10, "Invalid username or password");
  }
  for (const auto* body :
       {"", "{}", "no json", "[]", R"({"username":" ","password":"x"})",
        R"({"username":"tenant@thingsboard.org"})", R"({"username":1,"password":2})"}) {
    check_fault(stranger.post("/api/auth/login", body), 401, 10, "Authentication failed");
  }
  check_fault(stranger.get("/api/auth/login"), 401, 10, "Authentication method not supported");
}

TEST_CASE("Strangers may not send more than 16 KiB") {
  auto& node = demo_node::shared();
  for (const auto* path : {"/api/auth/login", "/api/auth/token"}) {
    caller stranger{node};
    REQUIRE(stranger.connection().send("POST " + std::string{path} +
                                       " HTTP/1.1\r\nHost: x\r\nContent-Length: 16385\r\n\r\n"));
    CHECK(stranger.wait().status == 413);
  }
  const std::string word(16'000, 'x');
  caller stranger{node};
  check_fault(
      stranger.post("/api/auth/login", json{{"username", "nobody"}, {"password", word}}.dump()),
      401, 10, "Invalid username or password");
}

TEST_CASE("Without a good token there is only 401") {
  auto& node = demo_node::shared();
  caller stranger{node};
  check_fault(stranger.get("/api/auth/user"), 401, 10, "Authentication failed");
  check_fault(stranger.get("/api/tenant/devices"), 401, 10, "Authentication failed");
  check_fault(stranger.post("/api/device", ""), 401, 10, "Authentication failed");
  check_fault(stranger.get(telemetry_base + "DEVICE/x/values/timeseries"), 401, 10,
              "Authentication failed");
  stranger.become("no.token.atall");
  check_fault(stranger.get("/api/auth/user"), 401, 10, "Authentication failed");
  // A refresh token opens nothing, an access token buys nothing.
  const auto tokens = login(node, "tenant@thingsboard.org", "tenant");
  stranger.become(tokens["refreshToken"]);
  check_fault(stranger.get("/api/auth/user"), 401, 10, "Authentication failed");
  check_fault(stranger.post("/api/auth/token", json{{"refreshToken", tokens["token"]}}.dump()), 401,
              10, "Authentication failed");
  check_fault(stranger.post("/api/auth/token", R"({"refreshToken":" "})"), 401, 10,
              "Authentication failed");
  check_fault(stranger.post("/api/auth/token", ""), 401, 10, "Authentication failed");
}

TEST_CASE("Log-out ends the session, and only that") {
  auto& node = demo_node::shared();
  const auto tokens = login(node, "customer@thingsboard.org", "customer");
  const auto other = login(node, "customer@thingsboard.org", "customer");
  caller application{node, tokens["token"]};
  const auto answer = application.post("/api/auth/logout", "");
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  check_fault(application.get("/api/auth/user"), 401, 11, "Token has expired");
  check_fault(
      caller{node}.post("/api/auth/token", json{{"refreshToken", tokens["refreshToken"]}}.dump()),
      401, 11, "Token has expired");
  application.become(other["token"]);
  CHECK(application.get("/api/auth/user").status == 200);
}

TEST_CASE("Of twelve who log in at one moment none is turned away") {
  demo_node node;
  std::vector<caller> strangers;
  for (int i = 0; i < 12; ++i) {
    strangers.emplace_back(node).start(
        "POST", "/api/auth/login",
        json{{"username", "user" + std::to_string(i)}, {"password", "wrong"}}.dump());
  }
  for (auto& each : strangers) {
    check_fault(each.wait(), 401, 10, "Invalid username or password");
  }
}

TEST_CASE("A node of its own: time and passwords") {
  demo_node node;
  auto tokens = login(node, "tenant@thingsboard.org", "tenant");
  caller application{node, tokens["token"]};

  SECTION("Tokens expire") {
    node.clock.advance(9'000'000);
    check_fault(application.get("/api/auth/user"), 401, 11, "Token has expired");
    tokens = caller{node}.posted("/api/auth/token",
                                 json{{"refreshToken", tokens["refreshToken"]}}.dump());
    application.become(tokens["token"]);
    CHECK(application.get("/api/auth/user").status == 200);
    node.clock.advance(604'800'000);
    check_fault(
        caller{node}.post("/api/auth/token", json{{"refreshToken", tokens["refreshToken"]}}.dump()),
        401, 11, "Token has expired");
  }

  SECTION("A new password ends all older tokens") {
    const auto change = [&](const std::string& from, const std::string& to) {
      return application.post("/api/auth/changePassword",
                              json{{"currentPassword", from}, {"newPassword", to}}.dump());
    };
    check_fault(change("wrong", "secret!"), 400, 31, "Current password doesn't match!");
    check_fault(change("tenant", "tenant"), 400, 31,
                "New password should be different from existing!");
    check_fault(change("tenant", "short"), 400, 31,
                "Password must be 6 or more characters in length.");
    check_fault(application.post("/api/auth/changePassword", "{}"), 400, 31,
                "Both passwords must be given");
    check_fault(application.post("/api/auth/changePassword", ""), 400, 31,
                "Required request body is missing");
    const auto changed = change("tenant", "secret!");
    REQUIRE(changed.status == 200);
    check_fault(application.get("/api/auth/user"), 401, 11, "Token has expired");
    application.become(json::parse(changed.body)["token"]);
    CHECK(application.get("/api/auth/user").status == 200);
    CHECK(
        caller{node}
            .post("/api/auth/login", R"({"username":"tenant@thingsboard.org","password":"tenant"})")
            .status == 401);
    // In the same second, too, and a second change ends the tokens of the first.
    const auto again = change("secret!", "secret2");
    REQUIRE(again.status == 200);
    check_fault(application.get("/api/auth/user"), 401, 11, "Token has expired");
    application.become(json::parse(again.body)["token"]);
    CHECK(application.get("/api/auth/user").status == 200);
    CHECK(change("secret2", "secret!").status == 200);
    application.become(login(node, "tenant@thingsboard.org", "secret!")["token"]);
    CHECK(application.get("/api/auth/user").status == 200);
  }

  SECTION("Guessing is slowed down") {
    caller stranger{node};
    const std::string guess = R"({"username":"tenant@thingsboard.org","password":"guess"})";
    for (int i = 0; i < 5; ++i) {
      CHECK(stranger.post("/api/auth/login", guess).status == 401);
    }
    const auto refused = stranger.post("/api/auth/login", guess);
    check_fault(refused, 429, 33, "Too many failed attempts, try again later");
    CHECK(refused.headers.at("retry-after") == "1");
    // The right one has to wait as well, but not for long.
    const std::string right = R"({"username":"tenant@thingsboard.org","password":"tenant"})";
    CHECK(stranger.post("/api/auth/login", right).status == 429);
    node.clock.advance(1'000);
    CHECK(stranger.post("/api/auth/login", right).status == 200);
    // Who has a token already feels nothing.
    CHECK(application.get("/api/auth/user").status == 200);
  }
}

} // namespace muster::http::rest::test
