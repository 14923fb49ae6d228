#include "tests/http_device_api/edge_fixture.hpp"

#include <nlohmann/json.hpp>

// The behaviour page's table of status codes, row by row, and the order of checks.

using namespace muster;
using namespace muster::http::test;

namespace {

/// Whether the answer has the error JSON of its status.
void check_error(const answer_seen& seen, int status, int code) {
  CHECK(seen.status == status);
  CHECK(seen.headers.at("content-type") == "application/json");
  const auto body = nlohmann::ordered_json::parse(seen.body);
  CHECK(body["status"] == status);
  CHECK(body["errorCode"] == code);
  CHECK_FALSE(body["message"].get<std::string>().empty());
  CHECK(body["timestamp"] == 1'700'000'000'000);
  CHECK(body.size() == 4);
}

} // namespace

TEST_CASE_METHOD(edge_fixture, "what is accepted is answered 200 without a body") {
  const auto seen = ask(post("/api/v1/T/telemetry", R"({"a":1})"), done{});
  CHECK(seen.status == 200);
  CHECK(seen.body.empty());
  CHECK(seen.headers.at("content-length") == "0");
  CHECK(seen.headers.count("content-type") == 0);
  CHECK(seen.headers.count("connection") == 0);
}

TEST_CASE_METHOD(edge_fixture, "bad content is 400 and reaches no device") {
  const auto request = GENERATE(values<std::string>({
      post("/api/v1/T/telemetry", "{"),
      post("/api/v1/T/telemetry", "5"),
      post("/api/v1/T/telemetry", " "),
      post("/api/v1/T/telemetry", R"({"ts":"x","values":{}})"),
      post("/api/v1/T/telemetry", R"({"":1})"),
      post("/api/v1/T/telemetry", "{\"a\":\"\xFF\"}"),
      post("/api/v1/T/telemetry", "{\"a\":1e1000}"),
      post("/api/v1/T/attributes", "[]"),
      post("/api/v1/T/attributes", "{\"" + std::string(256, 'k') + "\":1}"),
      post("/api/v1/T/rpc", "[]"),
      post("/api/v1/T/rpc", R"({"method":"m"})"),
      post("/api/v1/T/rpc", R"({"params":1})"),
      post("/api/v1/T/rpc", R"({"method":{},"params":1})"),
  }));
  CAPTURE(request);
  auto fresh = connect();
  // The connection goes on.
  for (int i = 0; i < 2; ++i) {
    fresh.send(request);
    const auto seen = fresh.read();
    REQUIRE(seen);
    check_error(*seen, 400, 31);
  }
  CHECK(below.commands.empty());
}

TEST_CASE_METHOD(edge_fixture,
                 "missing bodies and bad parameters are 400 before the token is seen") {
  const auto request = GENERATE(values<std::string>({
      post("/api/v1/unknown/telemetry", ""),
      post("/api/v1/unknown/attributes", ""),
      post("/api/v1/unknown/rpc", ""),
      post("/api/v1/unknown/rpc/1", ""),
      "POST /api/v1/unknown/telemetry HTTP/1.1\r\nHost: x\r\n\r\n",
      post("/api/v1/unknown/rpc/x", "1"),
      post("/api/v1/unknown/rpc/2147483648", "1"),
      post("/api/v1/unknown/rpc/1.0", "1"),
      get("/api/v1/unknown/rpc?timeout=abc"),
      get("/api/v1/unknown/rpc?timeout=1.5"),
      get("/api/v1/unknown/rpc?timeout=1&timeout=2"),
      get("/api/v1/unknown/attributes/updates?timeout=%zz"),
      get("/api/v1/unknown/attributes?clientKeys=%z"),
      get("/api/v1/%zz/attributes"),
  }));
  CAPTURE(request);
  check_error(ask(request), 400, 31);
  CHECK(below.look_ups.empty());
}

TEST_CASE_METHOD(edge_fixture, "many small values count among the bodies in flight") {
  std::string body = "[";
  for (int i = 0; i < 100'000; ++i) {
    body += R"({"a":1},)";
  }
  body.back() = ']';
  const std::string request = post("/api/v1/T/telemetry", body);
  auto first = connect();
  first.send(request);
  auto one = take_command();
  CHECK(server().counters().body_memory_used == body.size() + 64'000'000);
  // The budget is used up: one goes beyond it, the next is refused.
  auto second = connect();
  second.send(request);
  auto two = take_command();
  const std::string small = post("/api/v1/T/telemetry", R"({"a":1})");
  CHECK(ask(small, done{}).status == 200);
  one.to.answer(done{});
  CHECK(first.read()->status == 200);
  auto third = connect();
  third.send(request);
  const auto refused = third.read();
  CHECK(refused->status == 503);
  CHECK(refused->headers.count("retry-after") == 1);
  two.to.answer(done{});
  CHECK(second.read()->status == 200);
}

TEST_CASE_METHOD(edge_fixture, "an unknown token is 401 with an empty body") {
  const auto request = GENERATE(values<std::string>({
      post("/api/v1/unknown/telemetry", "garbage"),
      post("/api/v1/unknown/attributes", "{}"),
      get("/api/v1/unknown/attributes"),
      get("/api/v1/unknown/attributes/updates"),
      get("/api/v1/unknown/rpc"),
      post("/api/v1/unknown/rpc/1", "{}"),
      post("/api/v1/unknown/rpc", "garbage"),
  }));
  CAPTURE(request);
  const auto seen = ask(request);
  CHECK(seen.status == 401);
  CHECK(seen.body.empty());
  CHECK(seen.headers.count("www-authenticate") == 0);
  CHECK(seen.headers.count("content-type") == 0);
}

TEST_CASE_METHOD(edge_fixture, "an unknown token is 401 at the head") {
  auto fresh = connect();
  fresh.send("POST /api/v1/unknown/telemetry HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
  CHECK(fresh.read()->status == 401);
  // The body is dropped, and the connection goes on.
  fresh.send("12345" + post("/api/v1/T/telemetry", "{"));
  CHECK(fresh.read()->status == 400);

  auto greedy = connect();
  greedy.send(
      "POST /api/v1/unknown/telemetry HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n");
  const auto seen = greedy.read();
  CHECK(seen->status == 401);
  CHECK(seen->headers.at("connection") == "close");
}

TEST_CASE_METHOD(edge_fixture, "unknown paths are 404") {
  const auto path = GENERATE(values<std::string>(
      {"/", "/api/v1", "/api/v1/T", "/api/v1/T/telemetry/", "/api/v1/T/nothing",
       "/api/v1//telemetry", "/api/v1/T/rpc/1/2", "/api/v2/T/telemetry", "/apI/v1/T/telemetry"}));
  CAPTURE(path);
  check_error(ask(get(path)), 404, 32);
}

TEST_CASE_METHOD(edge_fixture, "a wrong method is 405 and says which are right") {
  struct row {
    std::string request;
    std::string allow;
  };
  const auto each = GENERATE(values<row>({
      {get("/api/v1/unknown/telemetry"), "POST"},
      {"DELETE /api/v1/T/attributes HTTP/1.1\r\nHost: x\r\n\r\n", "GET, HEAD, POST"},
      {"PUT /api/v1/T/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "GET, POST"},
      {post("/api/v1/T/attributes/updates", "{}"), "GET"},
      {get("/api/v1/T/rpc/1"), "POST"},
      {"BREW /api/v1/T/rpc/1 HTTP/1.1\r\nHost: x\r\n\r\n", "POST"},
  }));
  CAPTURE(each.request);
  const auto seen = ask(each.request);
  check_error(seen, 405, 31);
  CHECK(seen.headers.at("allow") == each.allow);
}

TEST_CASE_METHOD(edge_fixture, "OPTIONS is answered with what the path allows") {
  const auto seen = ask("OPTIONS /api/v1/T/attributes HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(seen.status == 200);
  CHECK(seen.headers.at("allow") == "GET, HEAD, POST");
}

TEST_CASE_METHOD(edge_fixture, "HEAD on polls is 405 and takes nothing") {
  for (const char* path : {"/api/v1/T/rpc", "/api/v1/T/attributes/updates"}) {
    const auto seen = ask("HEAD " + std::string{path} + " HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(seen.status == 405);
    CHECK(below.commands.empty());
  }
}

TEST_CASE_METHOD(edge_fixture,
                 "bodies over the limit are 413, also in chunks and with unknown tokens") {
  const auto announce = [](const std::string& path, std::size_t length) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(length) +
           "\r\n\r\n";
  };
  check_error(ask(announce("/api/v1/unknown/rpc", 65'537)), 413, 31);
  check_error(ask(announce("/api/v1/unknown/rpc/x", 65'537)), 413, 31);
  check_error(ask(announce("/api/v1/unknown/telemetry", (50 << 20) + 1)), 413, 31);

  auto fresh = connect();
  fresh.send("POST /api/v1/T/rpc/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  fresh.send("10000\r\n" + std::string(65'536, '1') + "\r\n1\r\n1\r\n0\r\n\r\n");
  check_error(*fresh.read(), 413, 31);
  CHECK(below.commands.empty());
}

TEST_CASE_METHOD(edge_fixture, "a body of exactly the limit is taken") {
  auto fresh = connect();
  fresh.send(post("/api/v1/T/rpc/1", '"' + std::string(65'534, '1') + '"'));
  CHECK(take_body<answer_rpc>().response.text.size() == 65'536);
  CHECK(fresh.read()->status == 200);
}

TEST_CASE_METHOD(edge_fixture, "an empty chunked body is content") {
  const std::string head = " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  check_error(ask("POST /api/v1/T/telemetry" + head), 400, 31);
  auto fresh = connect();
  fresh.send("POST /api/v1/T/rpc/5" + head);
  const auto answered = take_body<answer_rpc>();
  CHECK(answered.number == 5);
  CHECK(answered.kind == answer_rpc::form::empty);
  CHECK(fresh.read()->status == 200);
}

TEST_CASE_METHOD(edge_fixture, "errors from below have their status") {
  struct row {
    error_code code;
    int status;
    int number;
    bool retry;
  };
  const auto each = GENERATE(values<row>({
      {error_code::invalid, 400, 31, false},
      {error_code::rate_limited, 429, 33, true},
      {error_code::overloaded, 503, 2, true},
      {error_code::storage_unavailable, 503, 2, true},
      {error_code::shutting_down, 503, 2, true},
      {error_code::wrong_owner, 503, 2, true},
      {error_code::internal, 500, 2, false},
  }));
  const auto seen = ask(post("/api/v1/T/telemetry", "{}"), error{each.code, {}});
  check_error(seen, each.status, each.number);
  CHECK(seen.headers.count("retry-after") == (each.retry ? 1 : 0));
  CHECK(seen.headers.count("connection") == (each.code == error_code::shutting_down ? 1 : 0));
}

TEST_CASE_METHOD(edge_fixture, "a command that is lost on its way is answered 503") {
  auto fresh = connect();
  fresh.send(post("/api/v1/T/telemetry", "{}"));
  take_command();
  const auto seen = fresh.read();
  CHECK(seen->status == 503);
  CHECK(seen->headers.count("retry-after") == 1);
}

TEST_CASE_METHOD(edge_fixture, "no reply to a client-side RPC in time is 408 with an empty body") {
  const auto seen = ask(post("/api/v1/T/rpc", R"({"method":"m","params":{}})"),
                        error{error_code::poll_timeout, {}});
  CHECK(seen.status == 408);
  CHECK(seen.body.empty());
}
