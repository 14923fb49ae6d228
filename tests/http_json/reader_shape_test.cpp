#include "http/json/reader.hpp"
#include "tests/catch.hpp"

#include <string>

// Shapes of telemetry, attributes and other documents.

namespace muster::http::json::test {

namespace {

value integer(std::int64_t number) {
  return value{number};
}

using entries = std::vector<telemetry_entry>;

} // namespace

TEST_CASE("telemetry comes as an object, with its time, or as an array of both") {
  CHECK(read_telemetry(R"({"a":1})", {}).value() == entries{{std::nullopt, {{"a", integer(1)}}}});
  CHECK(read_telemetry(R"({"ts":5,"values":{"a":1}})", {}).value() ==
        entries{{5, {{"a", integer(1)}}}});
  CHECK(read_telemetry(R"({"values":{"a":1,"a":"2"},"more":[],"ts":5})", {}).value() ==
        entries{{5, {{"a", integer(2)}}}});
  CHECK(read_telemetry(R"([{"a":1},{"ts":-5,"values":{"b":2}},{}])", {}).value() ==
        entries{{std::nullopt, {{"a", integer(1)}}}, {-5, {{"b", integer(2)}}}});
}

TEST_CASE("ts without values and values without ts are ordinary keys") {
  CHECK(read_telemetry(R"({"ts":1,"a":2})", {}).value() ==
        entries{{std::nullopt, {{"ts", integer(1)}, {"a", integer(2)}}}});
  CHECK(read_telemetry(R"({"values":{"a":1}})", {}).value() ==
        entries{{std::nullopt, {{"values", value{json_text{R"({"a":1})"}}}}}});
  CHECK(read_attributes(R"({"ts":1,"values":{"a":1}})", {}).value() ==
        std::vector<key_value>{{"ts", integer(1)}, {"values", value{json_text{R"({"a":1})"}}}});
}

TEST_CASE("telemetry that holds nothing is taken") {
  for (const char* text : {"{}", "[]", "[{}]", R"({"a":null})", R"({"ts":1,"values":{}})",
                           R"([{"ts":1,"values":{"a":null}}])", R"({"a":1,"a":null})"}) {
    CAPTURE(text);
    CHECK(read_telemetry(text, {}).value().empty());
  }
}

TEST_CASE("ts is a number, a string of a whole one, or an array of one of these") {
  struct row {
    std::string written;
    timestamp ts;
  };
  const auto each = GENERATE(values<row>({{"1451649600512", 1451649600512},
                                          {"1.5e12", 1'500'000'000'000},
                                          {"1.9", 1},
                                          {"-1.9", -1},
                                          {"\"5\"", 5},
                                          {"\"+5\"", 5},
                                          {"\"-5\"", -5},
                                          {"[5]", 5},
                                          {"[[\"7\"]]", 7},
                                          {"9007199254740993.5", 9007199254740993},
                                          {"9223372036854775806.9", 9223372036854775806}}));
  CAPTURE(each.written);
  CHECK(read_telemetry("{\"ts\":" + each.written + ",\"values\":{\"a\":1}}", {}).value()[0].ts ==
        each.ts);
  CHECK(read_telemetry("{\"values\":{\"a\":1},\"ts\":" + each.written + "}", {}).value()[0].ts ==
        each.ts);
}

TEST_CASE("any other ts is refused") {
  for (const char* ts :
       {"null", "true", "{}", "\"abc\"", "\"1.5\"", "\"\"", "\"+-5\"", "[]", "[1,2]", "[null]",
        "9223372036854775808", "1e19", "-9223372036854775809", "\"9223372036854775808\""}) {
    CAPTURE(ts);
    const auto read = read_telemetry("{\"ts\":" + std::string{ts} + ",\"values\":{\"a\":1}}", {});
    CHECK(read.error() == error{error_code::malformed, "Expected a number of 64 bits at $.ts"});
  }
}

TEST_CASE("the last time there is has no place in any range, so it is refused") {
  for (const char* ts :
       {"9223372036854775807", "\"9223372036854775807\"", "9223372036854775807.5"}) {
    CAPTURE(ts);
    const auto read = read_telemetry("{\"ts\":" + std::string{ts} + ",\"values\":{\"a\":1}}", {});
    CHECK(read.error() ==
          error{error_code::malformed, "Expected a number below 9223372036854775807 at $.ts"});
  }
}

TEST_CASE("other shapes are refused with the place of what is wrong") {
  struct row {
    std::string text;
    std::string message;
  };
  const auto each = GENERATE(values<row>({
      {"", "Expected an object or an array, found null at $"},
      {" \n", "Expected an object or an array, found null at $"},
      {"5", "Expected an object or an array, found a number at $"},
      {"\"a\"", "Expected an object or an array, found a string at $"},
      {"true", "Expected an object or an array, found a boolean at $"},
      {"[{},5]", "Expected an object, found a number at $[1]"},
      {"[[]]", "Expected an object, found an array at $[0]"},
      {"[{},{},null]", "Expected an object, found null at $[2]"},
      {R"([{"ts":1,"values":5}])", "Expected an object at $[0].values"},
      {R"({"ts":1,"values":{},"values":null})", "Expected an object at $.values"},
  }));
  CAPTURE(each.text);
  CHECK(read_telemetry(each.text, {}).error() == error{error_code::malformed, each.message});
}

TEST_CASE("attributes are one object") {
  for (const char* text : {"", "5", "[]", "[{}]", "null", "\"a\""}) {
    CHECK(read_attributes(text, {}).error().code == error_code::malformed);
  }
  CHECK(read_attributes("{}", {}).value().empty());
}

TEST_CASE("keys are neither blank nor longer than 255 characters") {
  const auto read = [](const std::string& key) {
    return read_telemetry("[{\"a\":1},{\"" + key + "\":1}]", {});
  };
  std::string umlauts;
  for (int i = 0; i < 255; ++i) {
    umlauts += "ü";
  }
  CHECK(read(std::string(255, 'k')));
  CHECK(read(umlauts));
  CHECK(read("<script>"));
  CHECK(read("\\u0000"));
  CHECK(read("").error() == error{error_code::invalid, "Key cannot be blank at $[1]"});
  CHECK(read(" \\t\u3000").error().code == error_code::invalid);
  CHECK(read(umlauts + "x").error() ==
        error{error_code::invalid, "Key has 256 characters, at most 255 are allowed at $[1]"});
}

TEST_CASE("a key without a value is judged like any other, one beside ts and values is not") {
  for (const auto nulls : {null_rule::skip, null_rule::refuse}) {
    const reader_rules rules{true, nulls};
    CHECK(read_telemetry(R"({"":null})", rules).error() ==
          error{error_code::invalid, "Key cannot be blank at $"});
    CHECK(read_attributes("{\"" + std::string(256, 'k') + "\":null}", rules).error().code ==
          error_code::invalid);
    CHECK(read_telemetry(R"({"ts":1,"values":{" ":null}})", rules).error() ==
          error{error_code::invalid, "Key cannot be blank at $.values"});
  }
  CHECK(read_telemetry(R"({"ts":1,"":5,"values":{"a":1}})", {}));
}

TEST_CASE("members beside ts and values may hold any number, elsewhere its place is named") {
  const reader_rules uncast{false, null_rule::skip};
  for (const char* text : {R"({"ts":1,"values":{"a":1},"x":1e5000})",
                           R"({"x":1e5000,"y":1e5000,"ts":1,"values":{"a":1}})",
                           R"({"values":{"a":1},"x":18446744073709551616,"ts":1})"}) {
    CAPTURE(text);
    CHECK(read_telemetry(text, {}).value() == entries{{1, {{"a", integer(1)}}}});
    CHECK(read_telemetry(text, uncast).value() == entries{{1, {{"a", integer(1)}}}});
  }
  const auto message = [](const char* text) { return read_telemetry(text, {}).error().message; };
  CHECK(message(R"([{"ts":1,"values":{"a":1},"x":1e5000},{"x":1e5000,"y":1e6000,"ts":1}])") ==
        "Number of more than 1000 digits at $[1].x");
  CHECK(message(R"({"ts":1,"values":{"a":1e5000}})") ==
        "Number of more than 1000 digits at $.values.a");
  CHECK(message(R"({"ts":1e5000,"values":{"a":1}})") == "Expected a number of 64 bits at $.ts");
  CHECK(message(R"({"ts":1,"values":1e5000})") == "Expected an object at $.values");
}

TEST_CASE("the place of what is wrong is the same with values before and after ts") {
  const reader_rules rules{true, null_rule::refuse};
  struct row {
    std::string values;
    std::string message;
  };
  const auto each = GENERATE(values<row>({
      {R"({"a":1e5000})", "Number of more than 1000 digits at $[1].values.a"},
      {R"({"a":null})", "Can't parse value: null at $[1].values.a"},
      {R"({"":1})", "Key cannot be blank at $[1].values"},
      {"[]", "Expected an object at $[1].values"},
  }));
  CAPTURE(each.values);
  const auto message = [&](const std::string& object) {
    return read_telemetry("[{\"b\":1}," + object + "]", rules).error().message;
  };
  CHECK(message("{\"ts\":1,\"values\":" + each.values + "}") == each.message);
  CHECK(message("{\"values\":" + each.values + ",\"ts\":1}") == each.message);
}

TEST_CASE("a document has a bounded number of members") {
  const auto repeated = [](std::size_t count, const std::string& piece) {
    std::string text = piece;
    for (std::size_t i = 1; i < count; ++i) {
      text.append(",").append(piece);
    }
    return text;
  };
  const error many{error_code::invalid, "More than 250000 members in one document"};
  const std::string most = repeated(250'000, R"({"a":1})");
  CHECK(read_telemetry("[" + most + "]", {}).value().size() == 250'000);
  CHECK(read_telemetry("[" + most + ",{\"a\":1}]", {}).error() == many);
  const std::string inner = "{" + repeated(250'000, R"("a":1)") + "}";
  CHECK(read_attributes("{\"b\":" + inner + "}", {}).error() == many);
  CHECK(read_members("{\"b\":" + inner + "}").error() == many);
  CHECK(read_members(inner).value().size() == 1);
}

TEST_CASE("nulls are refused where the rules say so") {
  const reader_rules rules{true, null_rule::refuse};
  CHECK(read_attributes(R"({"a":null})", rules).error() ==
        error{error_code::malformed, "Can't parse value: null at $.a"});
  CHECK(read_attributes(R"({"a":null,"a":1})", rules).value().size() == 1);
}

TEST_CASE("of many equal keys the last value stays at the first place") {
  std::string text = "{\"a\":0";
  for (int i = 0; i < 100; ++i) {
    text += ",\"k" + std::to_string(i % 50) + "\":" + std::to_string(i);
  }
  const auto values = read_attributes(text + ",\"a\":1}", {}).value();
  REQUIRE(values.size() == 51);
  CHECK(values[0] == key_value{"a", integer(1)});
  CHECK(values[1] == key_value{"k0", integer(50)});
  CHECK(values[50] == key_value{"k49", integer(99)});
}

TEST_CASE("strict JSON has numbers of any size and no byte order mark") {
  const std::string digits(400, '9');
  for (const std::string& text :
       {std::string{"1e400"}, digits, R"({"a":[-1.5E+400,"1e400\"x"],"b":)" + digits + ".5}"}) {
    CHECK(read_strict(text).value().text == text);
  }
  for (const char* text : {"1e400 1", "01e400", "+1e400", "[1e400,]", "1e400true", "1.e400",
                           "{a:1e400}", "[1e400,\"\xFF\"]", "[1e400,\"\\", "\xEF\xBB\xBF{}"}) {
    CAPTURE(text);
    CHECK_FALSE(read_strict(text));
  }
}

TEST_CASE("members and documents come as compact text") {
  CHECK(read_members(R"({ "a" : [1, {"b" : 2.0}], "c":null, "a":{} })").value() ==
        std::vector<member>{{"a", {"{}"}}, {"c", {"null"}}});
  CHECK(read_members("{method:on,params:{a:1}}").value() ==
        std::vector<member>{{"method", {"\"on\""}}, {"params", {R"({"a":1})"}}});
  CHECK(read_members("[1]").error().code == error_code::malformed);
  CHECK(read_members("5").error().code == error_code::malformed);
  CHECK(read_document("").value().text == "null");
  CHECK(read_document("[a, 1.0]").value().text == R"(["a",1.0])");
  CHECK(read_strict(" {\"a\" : 1} ").value().text == R"({"a":1})");
  CHECK_FALSE(read_strict("{a:1}"));
  CHECK_FALSE(read_strict(""));
  CHECK_FALSE(read_strict("\"\xFF\""));
  CHECK(read_scalar("\"a\\nb\"").value() == "a\nb");
  CHECK(read_scalar("12.50").value() == "12.50");
  CHECK(read_scalar("true").value() == "true");
  CHECK_FALSE(read_scalar("null"));
  CHECK_FALSE(read_scalar("[]"));
}

} // namespace muster::http::json::test
