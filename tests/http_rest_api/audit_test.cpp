#include "tests/http_rest_api/caller.hpp"

namespace muster::http::rest::test {

namespace {

const std::string page = "?pageSize=100&page=0";

/// The actions of a page, newest first.
std::vector<std::string> actions_of(const json& found) {
  std::vector<std::string> all;
  for (const auto& entry : found["data"]) {
    all.push_back(entry["actionType"]);
  }
  return all;
}

} // namespace

TEST_CASE("Who changed what, when and from where can be read") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const auto me = application.got("/api/auth/user");
  const auto customer = application.posted("/api/customer", R"({"title":"Watched"})");
  const std::string id = customer["id"]["id"];
  const auto before = node.clock.now().wall;
  node.clock.advance(1'000);
  auto changed = customer;
  changed["city"] = "Delft";
  CHECK(application.post("/api/customer", changed.dump()).status == 200);
  const std::string of_entity = "/api/audit/logs/entity/CUSTOMER/" + id + page;
  const auto found = application.got(of_entity);
  CHECK(actions_of(found) == std::vector<std::string>{"UPDATED", "ADDED"});
  const auto& newest = found["data"][0];
  CHECK(newest["entityId"] == customer["id"]);
  CHECK(newest["entityName"] == "Watched");
  CHECK(newest["userId"] == me["id"]);
  CHECK(newest["userName"] == me["email"]);
  CHECK(newest["tenantId"] == me["tenantId"]);
  CHECK(newest["clientAddress"] == "127.0.0.1");
  CHECK(newest["actionStatus"] == "SUCCESS");
  CHECK(newest["createdTime"] == before + 1'000);

  const std::string time = std::to_string(before);
  CHECK(actions_of(application.got(of_entity + "&endTime=" + time)) ==
        std::vector<std::string>{"ADDED"});
  CHECK(actions_of(application.got(of_entity + "&startTime=" + std::to_string(before + 1))) ==
        std::vector<std::string>{"UPDATED"});
  const auto first =
      application.got("/api/audit/logs/entity/CUSTOMER/" + id + "?pageSize=1&page=0");
  CHECK(first["hasNext"] == true);
  CHECK(actions_of(first) == std::vector<std::string>{"UPDATED"});

  const std::string mine = me["id"]["id"];
  CHECK(actions_of(application.got("/api/audit/logs/user/" + mine + page)).size() >= 2);
  CHECK(application.got("/api/audit/logs/user/" + nobody + page)["data"].empty());
}

TEST_CASE("Changes of devices are logged without secrets") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string id = application.make_device("Logged", "LOGGED_SECRET");
  const auto customer = application.posted("/api/customer", R"({"title":"Logged"})");
  const std::string owner = customer["id"]["id"];
  // All within one millisecond: the clock stands still.
  const auto change = [&](std::string_view method, const std::string& target,
                          const std::string& body = {}) {
    CHECK(application.call(method, target, body).status == 200);
  };
  change("POST", "/api/customer/" + owner + "/device/" + id);
  change("POST", telemetry_base + id + "/SHARED_SCOPE", R"({"a":1})");
  auto access = application.got("/api/device/" + id + "/credentials");
  access["credentialsId"] = "LOGGED_OTHER_SECRET";
  change("POST", "/api/device/credentials", access.dump());
  change("DELETE", "/api/customer/device/" + id);
  change("DELETE", "/api/device/" + id);
  const auto answer = application.get("/api/audit/logs/entity/DEVICE/" + id + page);
  CHECK(actions_of(json::parse(answer.body)) ==
        std::vector<std::string>{"DELETED", "UNASSIGNED_FROM_CUSTOMER", "CREDENTIALS_UPDATED",
                                 "ATTRIBUTES_UPDATED", "ASSIGNED_TO_CUSTOMER", "ADDED"});
  CHECK(answer.body.find("SECRET") == std::string::npos);
  CHECK(actions_of(application.got("/api/audit/logs/customer/" + owner + page)).size() >= 2);
}

TEST_CASE("The audit log is filtered by actions") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const auto customer = application.posted("/api/customer", R"({"title":"Filtered"})");
  CHECK(application.post("/api/customer", customer.dump()).status == 200);
  const std::string id = customer["id"]["id"];
  CHECK(application.remove("/api/customer/" + id).status == 200);
  const std::string all = "/api/audit/logs/entity/CUSTOMER/" + id + page;
  using actions = std::vector<std::string>;
  CHECK(actions_of(application.got(all)) == actions{"DELETED", "UPDATED", "ADDED"});
  CHECK(actions_of(application.got(all + "&actionTypes=")) ==
        actions{"DELETED", "UPDATED", "ADDED"});
  CHECK(actions_of(application.got(all + "&actionTypes=ADDED,DELETED")) ==
        actions{"DELETED", "ADDED"});
  CHECK(actions_of(application.got(all + "&actionTypes=UPDATED&actionTypes=LOGIN")) ==
        actions{"UPDATED"});
  const auto none = application.got(all + "&actionTypes=ALARM_ACK");
  CHECK(none["data"].empty());
  CHECK(none["totalElements"] == 0);
  check_fault(application.get(all + "&actionTypes=ADDED,SUNG"), 400, 31,
              "Unknown action type: SUNG");
  for (const std::string& path : {std::string{}, "/customer/" + id, "/user/" + nobody}) {
    CHECK(
        application.got("/api/audit/logs" + path + page + "&actionTypes=RPC_CALL,SMS_SENT")["data"]
            .empty());
  }
}

TEST_CASE("Log-ins and log-outs are logged") {
  auto& node = demo_node::shared();
  caller user{node, login(node, "customerA@thingsboard.org", "customer")["token"]};
  const std::string id = user.got("/api/auth/user")["id"]["id"];
  node.clock.advance(1);
  CHECK(user.post("/api/auth/logout", "").status == 200);
  const auto found = node.tenant().got("/api/audit/logs/user/" + id + page);
  CHECK(actions_of(found) == std::vector<std::string>{"LOGOUT", "LOGIN"});
  CHECK(found["data"][0]["clientAddress"] == "127.0.0.1");
}

TEST_CASE("The audit log is the administrators'") {
  auto& node = demo_node::shared();
  auto user = node.customer();
  CHECK(user.get("/api/audit/logs" + page).status == 403);
  auto application = node.tenant();
  CHECK(application.got("/api/audit/logs" + page)["data"].size() > 0);
  check_fault(application.get("/api/audit/logs/entity/PIGEON/" + nobody + page), 400, 31,
              "Unsupported entity type: PIGEON");
  CHECK(application.get("/api/audit/logs?pageSize=0&page=0").status == 400);
  CHECK(application.get("/api/audit/logs" + page + "&startTime=early").status == 400);
}

} // namespace muster::http::rest::test
