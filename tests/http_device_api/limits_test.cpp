#include "actors/rules/rules_entry.hpp"
#include "tests/http_device_api/edge_fixture.hpp"

// Rate limits of devices and tenants, and tenants that are gone.

using namespace muster;
using namespace muster::http;
using namespace muster::http::test;

namespace {

struct limited_fixture : edge_fixture {
  rules_entry entry;

  limited_fixture() {
    for (const auto& [token, number] : {std::pair{"A", 1}, std::pair{"B", 2}}) {
      auto owner = scripted_service::owner(static_cast<std::uint8_t>(number));
      owner.rules = &entry;
      below.cache(token, owner);
    }
  }

  void limit(rate_limit device_rules::*which, std::string_view text) {
    device_rules rules;
    rules.tenant.value.bytes[0] = 9;
    rules.*which = *rate_limit::parse(text);
    entry.set(std::move(rules));
  }
  /// The status of one request; what reaches the device is answered.
  int status_of(const std::string& request) {
    auto fresh = connect();
    fresh.send(request);
    while (!fresh.has_bytes()) {
      if (!below.commands.empty()) {
        take_command().to.answer(done{});
        break;
      }
    }
    return fresh.read()->status;
  }
};

std::string telemetry(const std::string& token, const std::string& body = R"({"a":1})") {
  return post("/api/v1/" + token + "/telemetry", body);
}

} // namespace

TEST_CASE_METHOD(limited_fixture, "a device beyond its limit is told when to come again") {
  limit(&device_rules::device_telemetry_messages, "2:10");
  CHECK(status_of(telemetry("A")) == 200);
  CHECK(status_of(post("/api/v1/A/attributes", "{}")) == 200);
  const auto refused = ask(telemetry("A"));
  CHECK(refused.status == 429);
  CHECK(refused.headers.at("retry-after") == "5");
  CHECK(refused.body.find(R"("errorCode":33)") != std::string::npos);
  // Others, and what is counted otherwise, go on.
  CHECK(status_of(telemetry("B")) == 200);
  CHECK(status_of(post("/api/v1/A/claim", "")) == 200);
  clock.advance(5'000);
  CHECK(status_of(telemetry("A")) == 200);
  CHECK(status_of(telemetry("A")) == 429);
}

TEST_CASE_METHOD(limited_fixture, "all but posts of values are messages") {
  limit(&device_rules::device_messages, "1:60");
  CHECK(status_of(post("/api/v1/A/rpc/1", "1")) == 200);
  for (const std::string& each :
       {get("/api/v1/A/attributes"), get("/api/v1/A/attributes/updates"), get("/api/v1/A/rpc"),
        post("/api/v1/A/rpc/1", "1"), post("/api/v1/A/rpc", R"({"method":"a","params":1})"),
        post("/api/v1/A/claim", "")}) {
    CAPTURE(each);
    CHECK(ask(each).status == 429);
  }
  CHECK(status_of(telemetry("A")) == 200);
}

TEST_CASE_METHOD(limited_fixture, "values are counted, and a post is taken whole or not at all") {
  limit(&device_rules::device_data_points, "3:60");
  CHECK(status_of(telemetry("A", R"([{"a":1},{"a":2}])")) == 200);
  CHECK(status_of(post("/api/v1/A/attributes", R"({"a":1,"b":2})")) == 429);
  CHECK(status_of(post("/api/v1/A/attributes", R"({"a":1})")) == 200);
  CHECK(status_of(telemetry("A")) == 429);
  // Nothing is no value.
  CHECK(status_of(telemetry("A", "{}")) == 200);
  CHECK(below.commands.empty());
}

TEST_CASE_METHOD(limited_fixture, "a tenant's devices share its limits") {
  limit(&device_rules::tenant_telemetry_messages, "2:60");
  CHECK(status_of(telemetry("A")) == 200);
  CHECK(status_of(telemetry("B")) == 200);
  CHECK(status_of(telemetry("A")) == 429);
  CHECK(status_of(telemetry("B")) == 429);
}

TEST_CASE_METHOD(limited_fixture, "what is refused at the head costs no body") {
  limit(&device_rules::device_telemetry_messages, "1:60");
  CHECK(status_of(telemetry("A")) == 200);
  auto fresh = connect();
  fresh.send("POST /api/v1/A/telemetry HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n");
  const auto seen = fresh.read();
  CHECK(seen->status == 429);
  CHECK(seen->headers.at("connection") == "close");
}

TEST_CASE_METHOD(limited_fixture,
                 "limits can be lifted, and a deleted tenant's devices are unknown") {
  limit(&device_rules::device_telemetry_messages, "1:60");
  CHECK(status_of(telemetry("A")) == 200);
  CHECK(status_of(telemetry("A")) == 429);
  entry.set({});
  CHECK(status_of(telemetry("A")) == 200);
  device_rules gone;
  gone.tenant_gone = true;
  entry.set(std::move(gone));
  const auto seen = ask(telemetry("A"));
  CHECK(seen.status == 401);
  CHECK(seen.body.empty());
}

TEST_CASE_METHOD(edge_fixture, "what is no access token is not taken for one") {
  for (const auto type : {credentials_type::x509_certificate, credentials_type::mqtt_basic,
                          credentials_type::lwm2m}) {
    auto owner = scripted_service::owner(3);
    owner.type = type;
    below.cache("F", owner);
    below.store("G", owner);
    CHECK(ask(telemetry("F")).status == 401);
    CHECK(ask(telemetry("G")).status == 401);
    CHECK(ask(get("/api/v1/me/rpc", "X-Authorization: Bearer F\r\n")).status == 401);
  }
}
