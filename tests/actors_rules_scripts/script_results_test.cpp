#include "actors/rules/scripts/script_results.hpp"
#include "tests/catch.hpp"

#include <string>
#include <vector>

namespace muster {

namespace {

constexpr auto javascript = script_language::javascript;

template <class T>
std::string problem_of(const result<T>& read) {
  return read ? "" : read.error().message;
}

} // namespace

TEST_CASE("filters return booleans") {
  CHECK(filter_result("true") == true);
  CHECK(filter_result("false") == false);
  for (const auto* other : {"1", "null", R"("true")", "{}"}) {
    CHECK(problem_of(filter_result(other)) == "The script returned no boolean");
  }
}

TEST_CASE("switches return relations") {
  using relations = std::vector<std::string>;
  CHECK(switch_result(R"("a\"b\u00e9")") == relations{"a\"bé"});
  CHECK(switch_result(R"(["High","Low"])") == relations{"High", "Low"});
  CHECK(switch_result("[]") == relations{});
  for (const auto* other : {"1", "null", R"(["a",1])", R"({"a":1})"}) {
    CHECK(problem_of(switch_result(other)) == "The script returned no string or array of strings");
  }
}

TEST_CASE("the log takes strings") {
  CHECK(string_result(R"("a\n😀\ud83d\ude00\/")") == "a\n😀😀/");
  CHECK(string_result(R"("\ud800x\udc00")") == "\uFFFDx\uFFFD");
  CHECK(problem_of(string_result("12")) == "The script returned no string");
}

TEST_CASE("transforms return messages, each member may be missing") {
  using messages = std::vector<transformed_message>;
  using metadata = std::map<std::string, std::string, std::less<>>;
  CHECK(transform_result(R"({"msg":{"a":[1,"}"]},"metadata":{"b":"c"},"msgType":"T"})",
                         javascript) == messages{{R"({"a":[1,"}"]})", metadata{{"b", "c"}}, "T"}});
  CHECK(transform_result("{}", javascript) == messages{{}});
  CHECK(transform_result(R"([{"msg":null},{"other":[{}],"msgType":"U"}])", javascript) ==
        messages{{"null", {}, {}}, {{}, {}, "U"}});
  CHECK(transform_result("[]", javascript) == messages{});
  CHECK(transform_result(R"({"metadata":null,"msgType":null})", javascript) == messages{{}});
}

TEST_CASE("metadata are texts") {
  const auto read =
      transform_result(R"({"metadata":{"n":1.50,"b":true,"z":null,"s":"x"}})", javascript);
  REQUIRE(read.has_value());
  CHECK(read->front().metadata ==
        std::map<std::string, std::string, std::less<>>{{"b", "true"}, {"n", "1.50"}, {"s", "x"}});
  constexpr auto nested = R"({"metadata":{"a":{"b":[1,2]}}})";
  CHECK(problem_of(transform_result(nested, javascript)) ==
        "The script returned no text as metadata.a");
  const auto tbel = transform_result(nested, script_language::tbel);
  REQUIRE(tbel.has_value());
  CHECK(tbel->front().metadata->at("a") == R"({"b":[1,2]})");
}

TEST_CASE("what is no message") {
  for (const auto* other : {"null", "1", R"("a")", "[1]", "[[]]", R"([{"msg":1},null])"}) {
    CHECK(problem_of(transform_result(other, javascript)) ==
          "The script returned no object with msg, metadata or msgType");
  }
  CHECK(problem_of(transform_result(R"({"metadata":[]})", javascript)) ==
        "The script returned no object as metadata");
  CHECK(problem_of(transform_result(R"({"msgType":{}})", javascript)) ==
        "The script returned no text as msgType");
}

} // namespace muster
