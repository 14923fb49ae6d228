#include "tests/http_codec/bytes.hpp"
#include "tests/http_device_api/edge_fixture.hpp"

// How devices become known, and offer themselves to be claimed.

using namespace muster;
using namespace muster::http;
using namespace muster::http::test;

namespace {

struct provision_fixture : edge_fixture {
  sent_change take_change() {
    auto sent = below.changes.take();
    REQUIRE(sent);
    return std::move(*sent);
  }
  answer_seen provision(const std::string& body, reply with, const std::string& headers = {}) {
    auto fresh = connect();
    fresh.send(post("/api/v1/provision", body, headers));
    auto sent = take_change();
    last = std::get<provision_device>(std::move(sent.what));
    sent.to.answer(std::move(with));
    const auto seen = fresh.read();
    REQUIRE(seen);
    return *seen;
  }

  provision_device last;
};

std::string body_with(const std::string& more = {}) {
  return R"({"provisionDeviceKey":"k","provisionDeviceSecret":"s")" + more + "}";
}

credentials access_of(credentials_type type, const std::string& id,
                      std::optional<std::string> value = std::nullopt) {
  credentials made;
  made.type = type;
  made.credentials_id = id;
  made.credentials_value = std::move(value);
  return made;
}

} // namespace

TEST_CASE_METHOD(provision_fixture, "a device gets what it is known by, in its members' order") {
  auto seen = provision(R"({deviceName:" x ",provisionDeviceKey:k,provisionDeviceSecret:5})",
                        access_of(credentials_type::access_token, "abc"));
  CHECK(seen.status == 200);
  CHECK(seen.headers.at("content-type") == "application/json");
  CHECK(seen.body ==
        R"({"credentialsValue":"abc","credentialsType":"ACCESS_TOKEN","status":"SUCCESS"})");
  CHECK(last.name == " x ");
  CHECK(last.key == "k");
  CHECK(last.secret == "5");
  CHECK(!last.access);
  CHECK(!last.gateway);
  CHECK(last.address == "127.0.0.1");
  seen = provision(body_with(), access_of(credentials_type::mqtt_basic, "hash",
                                          R"({"clientId":"c","userName":null,"password":null})"));
  CHECK(seen.body == R"({"credentialsValue":{"clientId":"c","userName":null,"password":null},)"
                     R"("credentialsType":"MQTT_BASIC","status":"SUCCESS"})");
  seen = provision(body_with(), access_of(credentials_type::x509_certificate, "hash", "MIIB"));
  CHECK(seen.body ==
        R"({"credentialsValue":"MIIB","credentialsType":"X509_CERTIFICATE","status":"SUCCESS"})");
  seen = provision(body_with(), access_of(credentials_type::lwm2m, "endpoint"));
  CHECK(seen.body ==
        R"({"credentialsValue":null,"credentialsType":"LWM2M_CREDENTIALS","status":"SUCCESS"})");
}

TEST_CASE_METHOD(provision_fixture, "the outcomes are 200, what stops the server is not") {
  const std::string failure = R"({"errorMsg":"Failed to provision device!","status":"FAILURE"})";
  for (const auto code : {error_code::forbidden, error_code::already_exists, error_code::invalid}) {
    const auto seen = provision(body_with(), error{code, "told to nobody"});
    CHECK(seen.status == 200);
    CHECK(seen.body == failure);
  }
  const auto unknown = provision(body_with(), error{error_code::not_found, {}});
  CHECK(unknown.status == 200);
  CHECK(unknown.body == R"({"errorMsg":"Provision data was not found!","status":"NOT_FOUND"})");
  CHECK(provision(body_with(), error{error_code::overloaded, {}}).status == 503);
  CHECK(provision(body_with(), error{error_code::storage_unavailable, {}}).status == 503);
}

TEST_CASE_METHOD(provision_fixture, "the credentials that a device wants") {
  const auto wanted = [this](const std::string& more) {
    provision(body_with(more), error{error_code::forbidden, {}});
    return last.access;
  };
  CHECK(!wanted(R"(,"credentialsType":"MQTT_BASIC")"));
  CHECK(!wanted(R"(,"token":"","hash":"")"));
  CHECK(wanted(R"(,"token":"t")")->credentials_id == "t");
  const auto mqtt =
      wanted(R"(,"credentialsType":"MQTT_BASIC","clientId":"c","username":"u","password":"p\"")");
  CHECK(mqtt->type == credentials_type::mqtt_basic);
  CHECK(mqtt->credentials_value == R"({"clientId":"c","userName":"u","password":"p\""})");
  CHECK(mqtt->credentials_id.size() == 64);
  const auto certificate = wanted(
      R"(,"credentialsType":"X509_CERTIFICATE","hash":"-----BEGIN CERTIFICATE-----\nAB\nCD\n-----END CERTIFICATE-----\n")");
  CHECK(certificate->credentials_value == "ABCD");
  CHECK(certificate->credentials_id.size() == 64);
  // What can't be is said to be so: it matters only where credentials are needed.
  for (const char* bad :
       {R"(,"token":"a/b")", R"(,"username":"u")", R"(,"credentialsType":"MQTT_BASIC","token":"t")",
        R"(,"credentialsType":"X509_CERTIFICATE","token":"t")",
        R"(,"credentialsType":"LWM2M_CREDENTIALS","token":"t")"}) {
    CAPTURE(bad);
    CHECK(wanted(bad)->credentials_id.empty());
  }
  wanted(R"(,"gateway":true)");
  CHECK(last.gateway);
}

TEST_CASE_METHOD(provision_fixture, "a wrong shape is 400 and asks nobody") {
  for (const std::string& bad :
       {std::string{"[]"}, std::string{"5"}, std::string{"{"}, std::string{"{}"},
        std::string{R"({"provisionDeviceKey":"k"})"},
        std::string{R"({"provisionDeviceSecret":"s"})"},
        std::string{R"({"provisionDeviceKey":null,"provisionDeviceSecret":"s"})"},
        body_with(R"(,"deviceName":null)"), body_with(R"(,"deviceName":{})"),
        body_with(R"(,"token":[])"), body_with(R"(,"credentialsType":"OTHER")"),
        body_with(R"(,"gateway":"maybe")"),
        body_with(R"(,"deviceName":")" + std::string(256, 'x') + "\"")}) {
    CAPTURE(bad);
    const auto seen = ask(post("/api/v1/provision", bad));
    CHECK(seen.status == 400);
    CHECK(seen.body.find(R"("errorCode":31)") != std::string::npos);
    CHECK(seen.body.find("\"s\"") == std::string::npos);
  }
  CHECK(ask(post("/api/v1/provision", "")).status == 400);
  CHECK(ask(get("/api/v1/provision")).status == 405);
  CHECK(ask(post("/api/v1/provision", std::string(65'537, ' '))).status == 413);
  CHECK(below.changes.empty());
}

TEST_CASE_METHOD(provision_fixture, "a device speaks its codec from the start") {
  // {"provisionDeviceKey":"k","provisionDeviceSecret":"s"}
  const auto seen =
      provision(hex("a2 72 70726f766973696f6e4465766963654b6579 616b"
                    "   75 70726f766973696f6e446576696365536563726574 6173"),
                error{error_code::not_found, {}}, "Content-Type: application/cbor\r\n");
  CHECK(last.key == "k");
  CHECK(last.secret == "s");
  CHECK(seen.headers.at("content-type") == "application/cbor");
  CHECK(seen.body.starts_with("\xA2"));
}

TEST_CASE_METHOD(provision_fixture, "a wrong secret is slowed down, and in no other's way") {
  const auto guess = R"({"provisionDeviceKey":"k","provisionDeviceSecret":"wrong"})";
  for (int i = 0; i < 5; ++i) {
    provision(guess, error{error_code::not_found, {}});
  }
  const auto refused = ask(post("/api/v1/provision", guess));
  CHECK(refused.status == 429);
  CHECK(refused.headers.at("retry-after") == "1");
  CHECK(provision(body_with(), access_of(credentials_type::access_token, "abc")).status == 200);
  clock.advance(1'000);
  CHECK(provision(guess, error{error_code::not_found, {}}).status == 200);
  CHECK(below.changes.empty());
}

TEST_CASE_METHOD(provision_fixture, "a profile that is changed meanwhile is looked at again") {
  const error changed{error_code::version_conflict, "Device profile was changed by someone else"};
  auto fresh = connect();
  fresh.send(post("/api/v1/provision", body_with(R"(,"deviceName":"n")")));
  for (int i = 0; i < 49; ++i) {
    auto sent = take_change();
    const auto& again = std::get<provision_device>(sent.what);
    CHECK(again.reread == (i > 0));
    CHECK(again.name == "n");
    CHECK(again.secret == "s");
    CHECK(again.address == "127.0.0.1");
    sent.to.answer(changed);
  }
  SECTION("until it holds still") {
    take_change().to.answer(access_of(credentials_type::access_token, "abc"));
    CHECK(fresh.read()->status == 200);
  }
  SECTION("but not for ever") {
    take_change().to.answer(changed);
    const auto seen = fresh.read();
    REQUIRE(seen);
    CHECK(seen->status == 503);
    CHECK(seen->headers.at("retry-after") == "1");
  }
  CHECK(below.changes.empty());
}

TEST_CASE_METHOD(edge_fixture, "what a claim offers") {
  struct row {
    std::string body;
    std::string secret;
    milliseconds duration;
  };
  const auto each = GENERATE(values<row>({
      {"", "", 0},
      {"{}", "", 0},
      {R"({"secretKey":"s","durationMs":60000})", "s", 60'000},
      {R"({secretKey:5,durationMs:"7"})", "5", 7},
      {R"({"durationMs":-1,"other":null})", "", -1},
      {R"({"durationMs":9223372036854775807})", "", milliseconds{36'525} * 24 * 3'600'000},
  }));
  CAPTURE(each.body);
  auto fresh = connect();
  fresh.send(post("/api/v1/T/claim", each.body));
  const auto offer = take_body<offer_claim>();
  CHECK(offer.secret == each.secret);
  CHECK(offer.duration == each.duration);
  const auto seen = fresh.read();
  CHECK(seen->status == 200);
  CHECK(seen->body.empty());
}

TEST_CASE_METHOD(edge_fixture, "a claim of a wrong shape is 400") {
  for (const std::string& bad :
       {std::string{"[]"}, std::string{" "}, std::string{"{"}, std::string{R"({"secretKey":null})"},
        std::string{R"({"durationMs":null})"}, std::string{R"({"durationMs":"1.5"})"},
        std::string{R"({"secretKey":{}})"}, R"({"secretKey":")" + std::string(256, 'x') + "\"}"}) {
    CAPTURE(bad);
    CHECK(ask(post("/api/v1/T/claim", bad)).status == 400);
  }
  CHECK(ask(post("/api/v1/unknown/claim", "{}")).status == 401);
  CHECK(below.commands.empty());
}
