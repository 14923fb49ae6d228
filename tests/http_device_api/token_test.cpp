#include "tests/http_device_api/edge_fixture.hpp"

using namespace muster;
using namespace muster::http::test;

TEST_CASE_METHOD(edge_fixture, "a token that the cache does not know is looked up") {
  below.store("stored", scripted_service::owner(7, 3));
  auto fresh = connect();
  fresh.send(post("/api/v1/stored/telemetry", R"({"a":1})"));
  auto sent = take_command();
  CHECK(sent.what.device == scripted_service::owner(7).device);
  CHECK(std::get<device_sender>(sent.what.sender).credentials_version == 3);
  sent.to.answer(done{});
  CHECK(fresh.read()->status == 200);
  CHECK(below.look_ups.take() == "stored");
}

TEST_CASE_METHOD(edge_fixture, "a cached token is not looked up") {
  ask(post("/api/v1/T/telemetry", "{}"), done{});
  CHECK(below.look_ups.empty());
}

TEST_CASE_METHOD(edge_fixture, "a look-up that fails is 503") {
  below.store("busy", fail(error_code::overloaded));
  const auto seen = ask(post("/api/v1/busy/telemetry", "{}"));
  CHECK(seen.status == 503);
  CHECK(seen.headers.count("retry-after") == 1);
}

TEST_CASE_METHOD(edge_fixture, "tokens in the path are decoded") {
  below.cache("a b/c", scripted_service::owner(2));
  auto fresh = connect();
  fresh.send(post("/api/v1/a%20b%2fc/telemetry", "{}"));
  CHECK(take_command().what.device == scripted_service::owner(2).device);
}

TEST_CASE_METHOD(edge_fixture, "me takes the token from X-Authorization") {
  auto fresh = connect();
  fresh.send(post("/api/v1/me/telemetry", "{}", "X-Authorization: Bearer T\r\n"));
  take_body<save_telemetry>();
  CHECK(fresh.read()->status == 200);
  fresh.send(get("/api/v1/me/rpc?timeout=1", "x-authorization: bearer  T\r\n"));
  CHECK(std::holds_alternative<poll_rpc>(take_command().what.body));
}

TEST_CASE_METHOD(edge_fixture, "me is no token and needs its header") {
  below.cache("me", scripted_service::owner(3));
  below.cache("", scripted_service::owner(4));
  for (const char* header : {"", "X-Authorization: Bearer me\r\n", "X-Authorization: Bearer\r\n",
                             "X-Authorization: Bearer   \r\n", "X-Authorization: T\r\n",
                             "X-Authorization: Basic T\r\n", "Authorization: Bearer T\r\n"}) {
    CAPTURE(header);
    const auto seen = ask(post("/api/v1/me/telemetry", "{}", header));
    CHECK(seen.status == 401);
    CHECK(seen.body.empty());
  }
}

TEST_CASE_METHOD(edge_fixture, "a good token that is another device's now can be sent again") {
  const bool moved = GENERATE(true, false);
  below.store("T", scripted_service::owner(moved ? 9 : 1, moved ? 1 : 2));
  const auto seen = ask(post("/api/v1/T/telemetry", "{}"), error{error_code::unauthorized, {}});
  CHECK(seen.status == 503);
  CHECK(seen.headers.count("retry-after") == 1);
}

TEST_CASE_METHOD(edge_fixture, "credentials that changed meanwhile are 401, and looked up again") {
  const auto code = GENERATE(error_code::unauthorized, error_code::not_found);
  const auto seen = ask(post("/api/v1/T/telemetry", "{}"), error{code, {}});
  CHECK(seen.status == 401);
  CHECK(seen.body.empty());
  CHECK(below.look_ups.take() == "T");
}
