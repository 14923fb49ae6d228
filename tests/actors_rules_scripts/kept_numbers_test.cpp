#include "actors/rules/scripts/kept_numbers.hpp"
#include "tests/actors_rules_scripts/called.hpp"
#include "tests/actors_rules_scripts/random_json.hpp"

#include <rapidcheck.h>

#include <string>

namespace muster {

namespace {

std::string transformed(std::string body, std::string_view msg) {
  script_engine engine;
  return called(
      engine, script({std::move(body), script_language::javascript, script_kind::transform}), msg);
}

} // namespace

TEST_CASE("numbers that a script leaves keep their digits") {
  constexpr auto numbers = R"({"a":9007199254740993,"b":[42.0,-0,1e2,18446744073709551615]})";
  CHECK(transformed("return {msg: msg};", numbers) == R"({"msg":)" + std::string(numbers) + "}");
  CHECK(transformed("msg.b[1] = 7; msg.a += 2; return [{msg: msg}, {msg: msg.b}];", numbers) ==
        R"([{"msg":{"a":9007199254740994,"b":[42.0,7,1e2,18446744073709551615]}},)"
        R"({"msg":[42,7,100,18446744073709552000]}])");
  CHECK(called("return msg;", numbers) == numbers);
}

TEST_CASE("numbers elsewhere are what the script says") {
  CHECK(transformed("return {msg: {b: msg.a}, metadata: {a: msg.a}};", R"({"a":42.0})") ==
        R"({"msg":{"b":42},"metadata":{"a":42}})");
  CHECK(transformed("return {msg: msg.a};", R"({"a":42.0})") == R"({"msg":42})");
  CHECK(transformed("return {msg: {a: '42'}};", R"({"a":42.0})") == R"({"msg":{"a":"42"}})");
  CHECK(transformed("msg.a.push(42); return {msg: msg};", R"({"a":[1.0]})") ==
        R"({"msg":{"a":[1.0,42]}})");
  CHECK(transformed("return {msg: msg};", R"({"a":1.0,"\u0061":2.0})") == R"({"msg":{"a":2.0}})");
  CHECK(with_kept_numbers(script_kind::filter, "42", "42.0") == "42");
}

TEST_CASE("a message that a script passes on is unchanged") {
  script_engine engine;
  const script pass({"return {msg: msg, metadata: metadata, msgType: msgType};",
                     script_language::javascript, script_kind::transform});
  REQUIRE(rc::check("random documents", [&] {
    const auto document = *random_json(4);
    const auto returned = engine.run(pass, document, R"({"a":"b"})", "T", {});
    RC_ASSERT(returned.has_value());
    const std::string begin = R"({"msg":)";
    const std::string end = R"(,"metadata":{"a":"b"},"msgType":"T"})";
    RC_ASSERT(*returned == begin + document + end);
  }));
}

} // namespace muster
