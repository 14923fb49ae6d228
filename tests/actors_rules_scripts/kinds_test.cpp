#include "actors/rules/scripts/script_engine.hpp"
#include "tests/catch.hpp"

namespace muster {

TEST_CASE("a filter returns its JSON") {
  script_engine engine;
  const script hot({"return msg.temperature > 20;"});
  CHECK(engine.run(hot, R"({"temperature":42})", "{}", "POST_TELEMETRY_REQUEST", {}) == "true");
  CHECK(engine.run(hot, R"({"temperature":4})", "{}", "POST_TELEMETRY_REQUEST", {}) == "false");
}

TEST_CASE("what does not compile is told with its place") {
  script_engine engine;
  CHECK(engine.check({"return msg;"}).has_value());
  const auto broken = engine.check({"var a = 1;\nreturn a +;"});
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().message == "SyntaxError: expected expression, got ';' (line 2, column 11)");
}

TEST_CASE("an endless loop ends") {
  script_engine engine;
  const script endless({"for (;;) {}"});
  const auto ended = engine.run(endless, "{}", "{}", "", {});
  REQUIRE_FALSE(ended.has_value());
  CHECK(ended.error().message == "The script took longer than 50 ms");
}

} // namespace muster
