#include "tests/http_rest_api/caller.hpp"
#include "tests/http_server/fixture.hpp"

// What the behaviour page says of long polls, with the real service below and a clock moved by
// hand.

namespace muster::http::rest::test {

namespace {

using http::test::eventually;

/// A device of its own on a node of its own, and the application that drives it.
class device_story {
public:
  device_story() : application{node.tenant()}, id{application.make_device("Story", "STORY")} {}

  caller device() { return caller{node}; }
  /// A connection whose poll is parked when this returns.
  caller polling(const std::string& target) {
    const auto before = node.below().status().parked_polls;
    caller made{node};
    made.start("GET", base + target);
    REQUIRE(eventually([&] { return node.below().status().parked_polls == before + 1; }));
    return made;
  }
  /// Sends an RPC and goes on without waiting for what comes of it.
  void call_rpc(const std::string& method, const std::string& kind = "twoway",
                const std::string& more = R"(,"timeout":600000)") {
    waiting.push_back(node.tenant());
    waiting.back().start("POST", "/api/rpc/" + kind + "/" + id,
                         R"({"method":")" + method + "\"" + more + "}");
  }
  /// As `call_rpc`, persistent: it is stored when this returns.
  void store_rpc(const std::string& method, const std::string& kind = "twoway") {
    application.posted("/api/rpc/" + kind + "/" + id,
                       R"({"method":")" + method + R"(","persistent":true,"timeout":600000})");
  }
  void share(const std::string& attributes) {
    REQUIRE(application.post(telemetry_base + id + "/SHARED_SCOPE", attributes).status == 200);
  }
  void unshare(const std::string& keys) {
    REQUIRE(application.remove(telemetry_base + id + "/SHARED_SCOPE?keys=" + keys).status == 200);
  }
  /// Moves the clock until the poll is answered.
  answer_seen wait_running(caller& poll, milliseconds step) {
    REQUIRE(eventually([&] {
      node.clock.advance(step);
      return poll.connection().has_bytes();
    }));
    return poll.wait();
  }

  const std::string base = "/api/v1/STORY";
  demo_node node;
  caller application;
  std::string id;
  std::vector<caller> waiting;
};

std::string shown_rpc(int number, const std::string& method) {
  return R"({"id":)" + std::to_string(number) + R"(,"method":")" + method + R"(","params":null})";
}

} // namespace

TEST_CASE_METHOD(device_story,
                 "RPCs come oldest first with ids from 1, unanswered ones block none") {
  for (const char* name : {"one", "two", "three"}) {
    store_rpc(name);
  }
  auto poller = device();
  CHECK(poller.get(base + "/rpc").body == shown_rpc(1, "one"));
  CHECK(poller.get(base + "/rpc").body == shown_rpc(2, "two"));
  CHECK(poller.get(base + "/rpc").body == shown_rpc(3, "three"));
}

TEST_CASE_METHOD(device_story,
                 "an unanswered RPC comes again, with its id, and not once answered") {
  store_rpc("again");
  auto poller = device();
  CHECK(poller.get(base + "/rpc").body == shown_rpc(1, "again"));
  CHECK(poller.get(base + "/rpc?timeout=-1").status == 408);
  node.clock.advance(10'000);
  store_rpc("fresh");
  CHECK(poller.get(base + "/rpc").body == shown_rpc(2, "fresh"));
  CHECK(poller.get(base + "/rpc").body == shown_rpc(1, "again"));
  CHECK(poller.post(base + "/rpc/1", "{}").status == 200);
  CHECK(poller.post(base + "/rpc/2", "{}").status == 200);
  node.clock.advance(10'000);
  CHECK(poller.get(base + "/rpc?timeout=-1").status == 408);
}

TEST_CASE_METHOD(device_story, "a parked poll gets an unanswered RPC when its time has come") {
  store_rpc("again");
  auto poller = device();
  CHECK(poller.get(base + "/rpc").body == shown_rpc(1, "again"));
  // The bytes are here before the server has noted that they were written, which begins the time.
  REQUIRE(eventually([&] { return node.below().status().rpcs_delivered == 1; }));
  auto parked = polling("/rpc?timeout=60000");
  node.clock.advance(9'999);
  CHECK(device().get(base + "/rpc?timeout=-1").status == 408);
  CHECK_FALSE(parked.connection().has_bytes());
  node.clock.advance(1);
  CHECK(parked.wait().body == shown_rpc(1, "again"));
}

TEST_CASE_METHOD(device_story, "a parked poll gets what comes, the newest first") {
  auto older = polling("/rpc");
  auto newer = polling("/rpc");
  call_rpc("first");
  CHECK(newer.wait().body == shown_rpc(1, "first"));
  call_rpc("second");
  CHECK(older.wait().body == shown_rpc(2, "second"));
}

TEST_CASE_METHOD(device_story, "a poll whose client has gone takes nothing") {
  {
    auto gone = polling("/rpc");
    gone.connection().reset();
  }
  REQUIRE(eventually([&] { return node.below().status().parked_polls == 0; }));
  call_rpc("kept", "oneway");
  CHECK_FALSE(waiting.back().connection().has_bytes());
  auto poller = device();
  CHECK(poller.get(base + "/rpc").body == shown_rpc(1, "kept"));
  CHECK(waiting.back().wait().status == 200);
}

TEST_CASE_METHOD(device_story,
                 "a poll ends with 408 after the time it asked for, beyond 30 s too") {
  const auto path = GENERATE(as<std::string>{}, "/rpc", "/attributes/updates");
  auto poller = polling(path + "?timeout=45000");
  node.clock.advance(44'999);
  auto other = device();
  CHECK(other.get(base + path + "?timeout=-7").status == 408);
  CHECK_FALSE(poller.connection().has_bytes());
  node.clock.advance(1);
  const auto over = poller.wait();
  CHECK(over.status == 408);
  CHECK(over.body.empty());
}

TEST_CASE_METHOD(device_story, "a poll without a timeout waits for the default") {
  auto poller = polling("/rpc?timeout=0");
  node.clock.advance(59'999);
  CHECK(device().get(base + "/rpc?timeout=-1").status == 408);
  CHECK_FALSE(poller.connection().has_bytes());
  node.clock.advance(1);
  CHECK(poller.wait().status == 408);
}

TEST_CASE_METHOD(device_story, "the first attribute poll waits for what comes later, flat") {
  share(R"({"old":1})");
  auto first = polling("/attributes/updates");
  share(R"({"new":42.0,"on":true})");
  CHECK(json::parse(first.wait().body) == json::parse(R"({"new":42.0,"on":true})"));
}

TEST_CASE_METHOD(device_story, "changes between two polls are not lost but coalesced") {
  auto poller = device();
  CHECK(poller.get(base + "/attributes/updates?timeout=-1").status == 408);
  share(R"({"a":1,"b":1,"c":1})");
  share(R"({"a":2})");
  unshare("b,c,never");
  share(R"({"c":3})");
  CHECK(json::parse(poller.get(base + "/attributes/updates").body) ==
        json::parse(R"({"a":2,"c":3,"deleted":["b"]})"));
  CHECK(poller.get(base + "/attributes/updates?timeout=-1").status == 408);
  // An equal value is a change; deleting what is not there is none.
  share(R"({"a":2})");
  CHECK(poller.get(base + "/attributes/updates").body == R"({"a":2})");
  unshare("never");
  CHECK(poller.get(base + "/attributes/updates?timeout=-1").status == 408);
  unshare("a");
  CHECK(poller.get(base + "/attributes/updates").body == R"({"deleted":["a"]})");
}

TEST_CASE_METHOD(device_story, "a change answers all parked polls alike, client attributes none") {
  auto first = polling("/attributes/updates");
  auto second = polling("/attributes/updates");
  CHECK(device().post(base + "/attributes", R"({"mine":1})").status == 200);
  share(R"({"a":1})");
  CHECK(first.wait().body == R"({"a":1})");
  CHECK(second.wait().body == R"({"a":1})");
  CHECK(device().get(base + "/attributes/updates?timeout=-1").status == 408);
}

TEST_CASE_METHOD(device_story, "a device that is deleted has its polls ended with 401") {
  auto rpc = polling("/rpc");
  auto attributes = polling("/attributes/updates");
  CHECK(application.remove("/api/device/" + id).status == 200);
  CHECK(rpc.wait().status == 401);
  const auto seen = attributes.wait();
  CHECK(seen.status == 401);
  CHECK(seen.body.empty());
  CHECK(device().post(base + "/telemetry", "{}").status == 401);
}

TEST_CASE_METHOD(device_story, "credentials that change end polls with 401, the new token works") {
  auto poller = polling("/rpc");
  auto access = application.got("/api/device/" + id + "/credentials");
  access["credentialsId"] = "NEW_STORY";
  CHECK(application.post("/api/device/credentials", access.dump()).status == 200);
  CHECK(poller.wait().status == 401);
  CHECK(device().post(base + "/telemetry", "{}").status == 401);
  CHECK(device().post("/api/v1/NEW_STORY/telemetry", "{}").status == 200);
}

TEST_CASE_METHOD(device_story, "a client-side RPC without an answer is 408 after its time") {
  const auto before = node.below().status().commands;
  auto asking = device();
  asking.start("POST", base + "/rpc", R"({"method":"getTime","params":{}})");
  // A command that waits for its device while the clock runs would be refused as overload. What
  // comes behind it is answered after it was taken.
  REQUIRE(eventually([&] { return node.below().status().commands > before; }));
  REQUIRE(device().get(base + "/rpc?timeout=-1").status == 408);
  const auto over = wait_running(asking, 1'000);
  CHECK(over.status == 408);
  CHECK(over.body.empty());
}

TEST_CASE_METHOD(device_story, "shutting down ends parked polls with 408 and the connection") {
  auto poller = polling("/rpc");
  node.begin_shutdown();
  const auto over = poller.wait();
  CHECK(over.status == 408);
  CHECK(over.headers.at("connection") == "close");
}

TEST_CASE_METHOD(device_story, "what a device sends is there when it is answered") {
  auto sender = device();
  for (int i = 0; i < 20; ++i) {
    const std::string number = std::to_string(i);
    CHECK(sender.post(base + "/telemetry", R"({temperature:)" + number + "}").status == 200);
    CHECK(application.got(telemetry_base + "DEVICE/" + id +
                          "/values/timeseries?keys=temperature")["temperature"][0]["value"] ==
          number);
    CHECK(sender.post(base + "/attributes", R"({"a":)" + number + R"(,"b":{"x":null}})").status ==
          200);
    CHECK(sender.get(base + "/attributes?clientKeys=a").body ==
          R"({"client":{"a":)" + number + "}}");
  }
  share(R"({"s":1.0})");
  CHECK(sender.get(base + "/attributes?clientKeys=b&sharedKeys=s,none").body ==
        R"({"client":{"b":{"x":null}},"shared":{"s":1.0}})");
}

} // namespace muster::http::rest::test
