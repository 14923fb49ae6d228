#include "tests/http_device_api/edge_fixture.hpp"

// What becomes of a request's content, and how replies are shown.

using namespace muster;
using namespace muster::http::test;

TEST_CASE_METHOD(edge_fixture, "telemetry reaches its device as entries") {
  auto fresh = connect();
  fresh.send(post("/api/v1/T/telemetry", R"([{"a":1},{"ts":5,"values":{"b":"2"}}])"));
  CHECK(take_body<save_telemetry>().entries ==
        std::vector<telemetry_entry>{{std::nullopt, {{"a", value{std::int64_t{1}}}}},
                                     {5, {{"b", value{std::int64_t{2}}}}}});
  CHECK(fresh.read()->status == 200);
}

TEST_CASE_METHOD(edge_fixture, "any Content-Type is taken, and curl's form encoding as raw bytes") {
  for (const char* type : {"", "Content-Type: application/x-www-form-urlencoded\r\n",
                           "Content-Type: text/plain\r\n", "Content-Type: nonsense\r\n"}) {
    auto fresh = connect();
    fresh.send(post("/api/v1/T/telemetry", "{temperature:42}", type));
    CHECK(take_body<save_telemetry>().entries.size() == 1);
    CHECK(fresh.read()->status == 200);
  }
}

TEST_CASE_METHOD(edge_fixture, "without the type cast strings stay strings") {
  options.type_cast = false;
  auto fresh = connect();
  fresh.send(post("/api/v1/T/attributes", R"({"a":"1"})"));
  const auto saved = take_body<save_attributes>();
  CHECK(saved.values == std::vector<key_value>{{"a", value{std::string{"1"}}}});
  CHECK(saved.scope == attribute_scope::client);
  CHECK(saved.only_on_change);
}

TEST_CASE_METHOD(edge_fixture, "which attributes are asked for") {
  using keys = std::optional<std::vector<std::string>>;
  struct row {
    std::string query;
    keys client;
    keys shared;
  };
  const std::vector<std::string> all;
  const auto each = GENERATE_COPY(values<row>({
      {"", all, all},
      {"?clientKeys=&sharedKeys=", all, all},
      {"?clientKeys=,", all, all},
      {"?clientKeys=a", std::vector<std::string>{"a"}, std::nullopt},
      {"?sharedKeys=a,b", std::nullopt, std::vector<std::string>{"a", "b"}},
      {"?sharedKeys=a&sharedKeys=b", std::nullopt, std::vector<std::string>{"a", "b"}},
      {"?clientKeys=b,a,b&clientKeys=a&sharedKeys=a,a", std::vector<std::string>{"b", "a"},
       std::vector<std::string>{"a"}},
      {"?clientKeys=a,%20b&sharedKeys=c", std::vector<std::string>{"a", " b"},
       std::vector<std::string>{"c"}},
      {"?clientKeys=a+b%2Cc,,d,,", std::vector<std::string>{"a b", "c", "", "d"}, std::nullopt},
      {"?other=1&client%4Beys=%C3%BC", std::vector<std::string>{"ü"}, std::nullopt},
  }));
  CAPTURE(each.query);
  auto fresh = connect();
  fresh.send(get("/api/v1/T/attributes" + each.query));
  auto sent = take_command();
  const auto& asked = std::get<read_device_attributes>(sent.what.body);
  CHECK(asked.client == each.client);
  CHECK(asked.shared == each.shared);
}

TEST_CASE_METHOD(edge_fixture, "attributes are shown by scope, empty ones left out") {
  const auto seen = ask(get("/api/v1/T/attributes"),
                        device_attributes{{{"a", value{true}}}, {{"b", value{json_text{"[1]"}}}}});
  CHECK(seen.status == 200);
  CHECK(seen.headers.at("content-type") == "application/json");
  CHECK(seen.body == R"({"client":{"a":true},"shared":{"b":[1]}})");
  CHECK(ask(get("/api/v1/T/attributes"), device_attributes{}).body == "{}");
}

TEST_CASE_METHOD(edge_fixture, "HEAD on attributes is GET without the body") {
  const auto seen = ask("HEAD /api/v1/T/attributes HTTP/1.1\r\nHost: x\r\n\r\n",
                        device_attributes{{{"a", value{true}}}, {}});
  CHECK(seen.status == 200);
  CHECK(seen.headers.at("content-length") == "21");
}

TEST_CASE_METHOD(edge_fixture, "attributes that have not changed are 304") {
  const device_attributes held{{{"a", value{true}}}, {}};
  const auto first = ask(get("/api/v1/T/attributes"), held);
  const std::string tag = first.headers.at("etag");
  for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag + " ", std::string{"*"}}) {
    const auto seen = ask(get("/api/v1/T/attributes", "If-None-Match: " + known + "\r\n"), held);
    CHECK(seen.status == 304);
    CHECK(seen.body.empty());
    CHECK(seen.headers.at("etag") == tag);
  }
  const auto changed =
      ask(get("/api/v1/T/attributes", "If-None-Match: " + tag + "\r\n"), device_attributes{});
  CHECK(changed.status == 200);
  CHECK(changed.headers.at("etag") != tag);
}

TEST_CASE_METHOD(edge_fixture, "replies to RPCs are read strictly") {
  struct row {
    std::string body;
    answer_rpc::form kind;
    std::string response;
  };
  using form = answer_rpc::form;
  const auto each = GENERATE(values<row>({
      {R"({ "ok" : true })", form::json, R"({"ok":true})"},
      {"42", form::json, "42"},
      {"\"text\"", form::json, "\"text\""},
      {"[1e400]", form::json, "[1e400]"},
      {"\xEF\xBB\xBF{}", form::not_json, "{\"error\":\"\xEF\xBB\xBF{}\"}"},
      {"{ok:true}", form::not_json, R"({"error":"{ok:true}"})"},
      {"fine \"thanks\"", form::not_json, R"({"error":"fine \"thanks\""})"},
      {" ", form::not_json, R"({"error":" "})"},
      {"\xC3\xFFz", form::not_json, "{\"error\":\"\uFFFD\uFFFDz\"}"},
      {"\"\xFF\"", form::not_json, "{\"error\":\"\\\"\uFFFD\\\"\"}"},
  }));
  CAPTURE(each.body);
  auto fresh = connect();
  fresh.send(post("/api/v1/T/rpc/7", each.body));
  const auto answered = take_body<answer_rpc>();
  CHECK(answered.number == 7);
  CHECK(answered.kind == each.kind);
  CHECK(answered.response.text == each.response);
  CHECK(fresh.read()->status == 200);
}

TEST_CASE_METHOD(edge_fixture, "numbers that no RPC has are taken and name none") {
  for (const char* number : {"0", "-1", "-2147483648", "+0"}) {
    auto fresh = connect();
    fresh.send(post("/api/v1/T/rpc/" + std::string{number}, "1"));
    CHECK(take_body<answer_rpc>().number == 0);
    CHECK(fresh.read()->status == 200);
  }
}

TEST_CASE_METHOD(edge_fixture, "client-side RPCs carry method and parameters to the rules") {
  auto fresh = connect();
  fresh.send(post("/api/v1/T/rpc", "{method:getTime, params:{a : 1.0}}"));
  auto sent = take_command();
  const auto& asked = std::get<call_rules>(sent.what.body);
  CHECK(asked.method == "getTime");
  CHECK(asked.params.text == R"({"a":1.0})");
  sent.to.answer(rpc_answer{json_text{R"({"time":1})"}});
  const auto seen = fresh.read();
  CHECK(seen->status == 200);
  CHECK(seen->headers.at("content-type") == "application/json");
  CHECK(seen->body == R"({"time":1})");

  fresh.send(post("/api/v1/T/rpc", R"({"method":7,"params":null})"));
  auto next = take_command();
  CHECK(std::get<call_rules>(next.what.body).method == "7");
  next.to.answer(rpc_answer{});
  const auto empty = fresh.read();
  CHECK(empty->status == 200);
  CHECK(empty->body.empty());
}

TEST_CASE_METHOD(edge_fixture, "commands carry device, credentials' version and deadline") {
  below.cache("T", scripted_service::owner(9, 4));
  auto fresh = connect();
  fresh.send(post("/api/v1/T/telemetry", "{}"));
  auto sent = take_command();
  CHECK(sent.what.device == scripted_service::owner(9).device);
  CHECK(std::get<device_sender>(sent.what.sender).credentials_version == 4);
  CHECK(sent.what.deadline == clock.now().steady + 10'000);
}

TEST_CASE_METHOD(edge_fixture, "endpoints count their answers") {
  ask(post("/api/v1/T/telemetry", "{}"), done{});
  ask(post("/api/v1/T/telemetry", "{"));
  ask(post("/api/v1/unknown/telemetry", "{}"));
  ask(get("/nothing"));
  bool found = false;
  for (const auto& each : app().endpoints()) {
    if (each.path == "/api/v1/{token}/telemetry") {
      found = true;
      CHECK(each.method == "POST");
      CHECK(each.codes == std::vector<std::pair<int, std::uint64_t>>{{200, 1}, {400, 1}, {401, 1}});
      CHECK(each.latency_count == 3);
    } else if (each.path.empty()) {
      CHECK(each.codes == std::vector<std::pair<int, std::uint64_t>>{{404, 1}});
    } else {
      CHECK(each.codes.empty());
    }
  }
  CHECK(found);
}
