#include "tests/http_rest_api/caller.hpp"
#include "tests/http_server/fixture.hpp"

#include <utility>

namespace muster::http::rest::test {

using http::test::eventually;

namespace {

const std::string v1 = "/api/plugins/rpc/";
const std::string v2 = "/api/rpc/";

} // namespace

TEST_CASE("A two-way RPC brings the device's answer") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string id = application.make_device("Two-way", "TWO_WAY");
  caller device{node};
  for (const auto& base : {v1, v2}) {
    application.start("POST", base + "twoway/" + id,
                      R"({"method":"get","params":{"b":1.0,"a":[null]},"timeout":60000})");
    const auto request = device.get("/api/v1/TWO_WAY/rpc?timeout=20000");
    REQUIRE(request.status == 200);
    const auto shown = json::parse(request.body);
    CHECK(request.body ==
          R"({"id":)" + shown["id"].dump() + R"(,"method":"get","params":{"b":1.0,"a":[null]}})");
    CHECK(
        device.post("/api/v1/TWO_WAY/rpc/" + shown["id"].dump(), R"({"ok":1.0,"n":null})").status ==
        200);
    const auto answer = application.wait();
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"ok":1.0,"n":null})");
    CHECK(answer.headers.at("content-type") == "application/json");
  }
}

TEST_CASE("A reply that is no JSON is 406") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string id = application.make_device("Garbled", "GARBLED");
  caller device{node};
  application.start("POST", v2 + "twoway/" + id, R"({"method":"get","timeout":60000})");
  const auto request = device.got("/api/v1/GARBLED/rpc?timeout=20000");
  CHECK(request["params"].is_null());
  CHECK(device.post("/api/v1/GARBLED/rpc/" + request["id"].dump(), "{not:json}").status == 200);
  CHECK(application.wait().status == 406);
}

TEST_CASE("A one-way RPC is done when a device has it") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string id = application.make_device("One-way", "ONE_WAY");
  caller device{node};
  application.start("POST", v2 + "oneway/" + id,
                    R"({"method":"set","params":"x","timeout":60000})");
  CHECK(device.got("/api/v1/ONE_WAY/rpc?timeout=20000")["params"] == "x");
  const auto answer = application.wait();
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
}

TEST_CASE("A late RPC is 408 or 409 by the first version and 504 by the second") {
  demo_node node;
  const std::string id = node.tenant().make_device("Late", "LATE");
  const std::string body = R"({"method":"get","timeout":20000})";
  const auto send = [&](const std::string& base) {
    auto application = node.tenant();
    application.start("POST", base + "twoway/" + id, body);
    return application;
  };
  for (const auto& [base, status] : {std::pair{v1, 409}, std::pair{v2, 504}}) {
    auto application = send(base);
    REQUIRE(eventually([&] { return node.below().status().rpcs_queued == 1; }));
    node.clock.advance(20'001);
    const auto undelivered = application.wait();
    CHECK(undelivered.status == status);
    CHECK(undelivered.body.empty());
    REQUIRE(eventually([&] { return node.below().status().rpcs_queued == 0; }));
  }
  for (const auto& [base, status] : {std::pair{v1, 408}, std::pair{v2, 504}}) {
    auto application = send(base);
    caller device{node};
    CHECK(device.got("/api/v1/LATE/rpc?timeout=20000")["method"] == "get");
    REQUIRE(eventually([&] { return node.below().status().rpcs_delivered == 1; }));
    node.clock.advance(20'001);
    CHECK(application.wait().status == status);
    REQUIRE(eventually([&] { return node.below().status().rpcs_delivered == 0; }));
  }
}

TEST_CASE("An RPC over 1 MiB is 413") {
  auto& node = demo_node::shared();
  const std::string id = node.tenant().make_device("Large RPC", "LARGE_RPC");
  const std::string body =
      R"({"method":"set","params":")" + std::string(std::size_t{1} << 20, 'x') + R"("})";
  for (const auto& base : {v1, v2}) {
    CHECK(node.tenant().post(base + "oneway/" + id, body).status == 413);
  }
}

TEST_CASE("What is wrong with an RPC is told") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string id = application.make_device("Bad RPC", "BAD_RPC");
  for (const auto& base : {v1, v2}) {
    check_fault(application.post(base + "oneway/" + id, "no json"), 400, 31,
                "Invalid request body");
    check_fault(application.post(base + "oneway/" + id, "[]"), 400, 31, "Invalid request body");
    check_fault(application.post(base + "oneway/" + id, ""), 400, 31,
                "Required request body is missing");
    check_text(application.post(base + "twoway/" + id, "{}"), 400, "Method must be specified!");
    check_text(application.post(base + "twoway/" + nobody, R"({"method":"m"})"), 404,
               "Device with requested id wasn't found!");
    check_text(application.post(base + "twoway/x", R"({"method":"m"})"), 400,
               "Invalid UUID string: x");
    const std::string foreign =
        application.got("/api/tenant/devices?deviceName=Test+Device+B1")["id"]["id"];
    check_text(node.customer().post(base + "oneway/" + foreign, R"({"method":"m"})"), 403,
               "Device doesn't belong to the current Customer!");
  }
}

TEST_CASE("Persistent RPCs are listed, read and deleted") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string id = application.make_device("Persistent", "PERSISTENT");
  const auto send = [&](const std::string& kind, const std::string& more) {
    return application
        .posted(v2 + kind + "/" + id,
                R"({"method":"m","params":{"a":1},"persistent":true,"timeout":3600000)" + more +
                    "}")["rpcId"]
        .get<std::string>();
  };
  const std::string first = send("twoway", R"(,"additionalInfo":{"why":"x"},"retries":2)");
  const std::string second = send("oneway", "");
  const auto shown = application.got(v2 + "persistent/" + first);
  CHECK(shown["status"] == "QUEUED");
  CHECK(shown["deviceId"]["id"] == id);
  CHECK(shown["request"]["body"]["params"] == R"({"a":1})");
  CHECK(shown["request"]["oneway"] == false);
  CHECK(shown["request"]["retries"] == 2);
  CHECK(shown["additionalInfo"] == json({{"why", "x"}}));
  CHECK(shown["response"].is_null());

  caller device{node};
  const auto request = device.got("/api/v1/PERSISTENT/rpc?timeout=20000");
  CHECK(device.post("/api/v1/PERSISTENT/rpc/" + request["id"].dump(), R"({"done":true})").status ==
        200);
  const auto answered = application.got(v2 + "persistent/" + first);
  CHECK(answered["status"] == "SUCCESSFUL");
  CHECK(answered["response"] == json({{"done", true}}));

  const std::string list = v2 + "persistent/device/" + id + "?pageSize=10&page=0";
  CHECK(application.got(list)["totalElements"] == 2);
  const auto queued = application.got(list + "&rpcStatus=QUEUED");
  REQUIRE(queued["data"].size() == 1);
  CHECK(queued["data"][0]["id"]["id"] == second);
  CHECK(application.get(list + "&rpcStatus=DELETED").status == 400);
  CHECK(application.get(v2 + "persistent/device/" + id).status == 400);
  check_text(application.get(v2 + "persistent/device/" + nobody + "?pageSize=10&page=0"), 404,
             "Device with requested id wasn't found!");

  CHECK(application.remove(v2 + "persistent/" + second).status == 200);
  check_text(application.get(v2 + "persistent/" + second), 404, "Requested item wasn't found!");
  CHECK(application.remove(v2 + "persistent/" + second).status == 404);
  CHECK(device.get("/api/v1/PERSISTENT/rpc?timeout=-1").status == 408);
}

TEST_CASE("Customers' users may not delete RPCs") {
  auto& node = demo_node::shared();
  auto tenant = node.tenant();
  auto application = node.customer();
  const std::string id = tenant.got("/api/tenant/devices?deviceName=Test+Device+A3")["id"]["id"];
  const std::string rpc = application.posted(
      v2 + "oneway/" + id, R"({"method":"m","persistent":true,"timeout":3600000})")["rpcId"];
  CHECK(application.got(v2 + "persistent/" + rpc)["status"] == "QUEUED");
  check_text(application.remove(v2 + "persistent/" + rpc), 403,
             "You don't have permission to perform this operation!");
  CHECK(tenant.remove(v2 + "persistent/" + rpc).status == 200);
}

TEST_CASE("A persistent RPC of the past is stored as expired") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string id = application.make_device("Past", "PAST");
  const std::string rpc = application.posted(
      v2 + "twoway/" + id, R"({"method":"m","persistent":true,"expirationTime":5})")["rpcId"];
  CHECK(application.got(v2 + "persistent/" + rpc)["status"] == "EXPIRED");
  CHECK(application.post(v1 + "twoway/" + id, R"({"method":"m","expirationTime":5})").status ==
        409);
  CHECK(application.post(v2 + "twoway/" + id, R"({"method":"m","expirationTime":5})").status ==
        504);
  caller device{node};
  CHECK(device.get("/api/v1/PAST/rpc?timeout=-1").status == 408);
}

TEST_CASE("Waiting callers are told when the node stops") {
  demo_node node;
  auto application = node.tenant();
  const std::string id = application.make_device("Stopped", "STOPPED");
  caller device{node};
  application.start("POST", v2 + "twoway/" + id, R"({"method":"m","timeout":60000})");
  // The device has it, so the caller waits.
  CHECK(device.got("/api/v1/STOPPED/rpc?timeout=20000")["method"] == "m");
  node.begin_shutdown();
  const auto answer = application.wait();
  CHECK(answer.status == 503);
  CHECK(answer.headers.count("retry-after") == 1);
  CHECK(answer.headers.at("connection") == "close");
}

} // namespace muster::http::rest::test
