#include "actors/rules/rules_entry.hpp"
#include "http/codec/codec.hpp"
#include "tests/http_codec/bytes.hpp"
#include "tests/http_device_api/edge_fixture.hpp"

// Which codec holds for body and answer.

using namespace muster;
using namespace muster::http;
using namespace muster::http::test;

namespace {

constexpr const char* in_cbor = "Content-Type: application/cbor\r\n";
constexpr const char* packed = "Content-Type: application/x-msgpack\r\n";

/// What a profile says that names a codec.
void name_codec(rules_entry& of, const std::string& name) {
  device_rules rules;
  rules.codec = name;
  of.set(std::move(rules));
}

} // namespace

TEST_CASE_METHOD(edge_fixture, "telemetry comes in the codec of its Content-Type") {
  const std::vector<telemetry_entry> expected{{std::nullopt, {{"a", value{std::int64_t{1}}}}}};
  for (const auto& [type, body] :
       {std::pair{in_cbor, hex("a1 6161 01")}, std::pair{packed, hex("81 a161 01")},
        std::pair{"", std::string{"{a:1}"}}}) {
    auto fresh = connect();
    fresh.send(post("/api/v1/T/telemetry", body, type));
    CHECK(take_body<save_telemetry>().entries == expected);
    const auto seen = fresh.read();
    CHECK(seen->status == 200);
    CHECK(seen->body.empty());
  }
}

TEST_CASE_METHOD(edge_fixture, "a refusal is told in JSON, and changes nothing") {
  for (const auto& [type, body] :
       {std::pair{in_cbor, hex("a1 6161")}, std::pair{packed, std::string{"{\"a\":1}"}}}) {
    const auto seen = ask(post("/api/v1/T/attributes", body, type));
    CHECK(seen.status == 400);
    CHECK(seen.headers.at("content-type") == "application/json");
    CHECK(seen.body.find(R"("errorCode":31)") != std::string::npos);
  }
  CHECK(below.commands.empty());
}

TEST_CASE_METHOD(edge_fixture, "a profile's codec holds whatever the Content-Type says") {
  rules_entry entry;
  auto owner = scripted_service::owner(2);
  owner.rules = &entry;
  below.cache("P", owner);
  name_codec(entry, "msgpack");
  auto fresh = connect();
  fresh.send(post("/api/v1/P/attributes", hex("81 a161 c3"), in_cbor));
  CHECK(take_body<save_attributes>().values == std::vector<key_value>{{"a", value{true}}});
  CHECK(fresh.read()->status == 200);
  const auto seen = ask(get("/api/v1/P/attributes"), device_attributes{{{"a", value{true}}}, {}});
  CHECK(seen.headers.at("content-type") == "application/msgpack");
  CHECK(to_hex(seen.body) == "81a6636c69656e7481a161c3");
  name_codec(entry, "json");
  fresh.send(post("/api/v1/P/attributes", "{a:true}", in_cbor));
  CHECK(take_body<save_attributes>().values.size() == 1);
  CHECK(fresh.read()->status == 200);
  name_codec(entry, "cayenne");
  fresh.send(post("/api/v1/P/telemetry", hex("0167 00ff")));
  CHECK(take_body<save_telemetry>().entries.at(0).values.at(0) ==
        key_value{"temperature1", value{25.5}});
  CHECK(fresh.read()->status == 200);
}

TEST_CASE_METHOD(edge_fixture, "each codec has its own tags for the same attributes") {
  const device_attributes held{{{"a", value{42.5}}}, {}};
  const auto plain = ask(get("/api/v1/T/attributes"), held);
  const auto binary = ask(get("/api/v1/T/attributes", in_cbor), held);
  CHECK(binary.headers.at("content-type") == "application/cbor");
  CHECK(to_hex(binary.body) == "a166636c69656e74a16161fb4045400000000000");
  CHECK(binary.headers.at("etag") != plain.headers.at("etag"));
  for (const auto& [tag, type, status] : {std::tuple{plain.headers.at("etag"), "", 304},
                                          std::tuple{plain.headers.at("etag"), in_cbor, 200},
                                          std::tuple{binary.headers.at("etag"), in_cbor, 304}}) {
    const auto seen = ask(
        get("/api/v1/T/attributes", std::string{type} + "If-None-Match: " + tag + "\r\n"), held);
    CHECK(seen.status == status);
    CHECK(seen.body.empty() == (status == 304));
  }
  const auto head = ask(
      "HEAD /api/v1/T/attributes HTTP/1.1\r\nHost: x\r\n" + std::string{in_cbor} + "\r\n", held);
  CHECK(head.headers.at("content-length") == std::to_string(binary.body.size()));
  CHECK(head.headers.at("etag") == binary.headers.at("etag"));
}

TEST_CASE_METHOD(edge_fixture, "polls and calls are answered in their codec") {
  auto polled =
      ask(get("/api/v1/T/rpc", in_cbor), rpc_delivery{7, "set", json_text{R"([1.5,"x"])"}});
  CHECK(polled.headers.at("content-type") == "application/cbor");
  CHECK(to_hex(polled.body) ==
        "a362696407666d6574686f646373657466706172616d7382fb3ff80000000000006178");
  polled = ask(get("/api/v1/T/attributes/updates", packed),
               attribute_changes{{{"a", value{std::int64_t{1}}}}, {"b"}});
  CHECK(to_hex(polled.body) == "82a16101a764656c6574656491a162");
  auto fresh = connect();
  fresh.send(post("/api/v1/T/rpc", hex("a2 666d6574686f64 6174 66706172616d73 8101"), in_cbor));
  auto sent = take_command();
  CHECK(std::get<call_rules>(sent.what.body).method == "t");
  CHECK(std::get<call_rules>(sent.what.body).params.text == "[1]");
  sent.to.answer(rpc_answer{json_text{R"({"ok":true})"}});
  CHECK(to_hex(fresh.read()->body) == "a1626f6bf5");
}

TEST_CASE_METHOD(edge_fixture, "replies to RPCs reach their callers as JSON") {
  auto fresh = connect();
  fresh.send(post("/api/v1/T/rpc/1", hex("82 a16101 cb3ff8000000000000").substr(0, 3), packed));
  auto reply = take_body<answer_rpc>();
  CHECK(reply.kind == answer_rpc::form::not_json);
  CHECK(fresh.read()->status == 200);
  fresh.send(post("/api/v1/T/rpc/1", hex("92 a161 cb3ff8000000000000"), packed));
  reply = take_body<answer_rpc>();
  CHECK(reply.kind == answer_rpc::form::json);
  CHECK(reply.response.text == R"(["a",1.5])");
  CHECK(fresh.read()->status == 200);
}
