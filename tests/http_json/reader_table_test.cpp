#include "http/json/reader.hpp"
#include "tests/catch.hpp"

#include <limits>
#include <string>

// What the reference's examples say, row by row.

namespace muster::http::json::test {

namespace {

/// The value of the one key `v` in `{"v":<text>}`.
result<value> value_of(const std::string& text, reader_rules rules = {}) {
  auto values = read_attributes("{\"v\":" + text + "}", rules);
  if (!values) {
    return tl::unexpected(values.error());
  }
  REQUIRE(values->size() == 1);
  return values->at(0).val;
}

value whole(std::int64_t number) {
  return value{number};
}
value real(double number) {
  return value{number};
}
value text(std::string what) {
  return value{std::move(what)};
}
value truth(bool what) {
  return value{what};
}
value json(std::string what) {
  return value{json_text{std::move(what)}};
}

struct row {
  std::string written;
  value stored;
};

} // namespace

TEST_CASE("numbers become longs, doubles or strings as the reference says") {
  const auto each = GENERATE(values<row>({
      {"42", whole(42)},
      {"42.0", real(42)},
      {"-0", whole(0)},
      {"1e3", whole(1000)},
      {"1.5e3", whole(1500)},
      {"1.0e10", whole(10'000'000'000)},
      {"1E+1", whole(10)},
      {"101E-1", real(10.1)},
      {"0e9", whole(0)},
      {"0.0", real(0)},
      {"-0.0", real(0)},
      {"-12.5", real(-12.5)},
      {"10000000.0", real(1e7)},
      {"9223372036854775807", whole(std::numeric_limits<std::int64_t>::max())},
      {"-9223372036854775808", whole(std::numeric_limits<std::int64_t>::min())},
      {"9223372036854775808", text("9223372036854775808")},
      {"-9223372036854775809", text("-9223372036854775809")},
      {"18446744073709551616", text("18446744073709551616")},
      {"1e400", text("1" + std::string(400, '0'))},
      {"1e999", text("1" + std::string(999, '0'))},
      {"1" + std::string(400, '0') + ".0", text("1" + std::string(400, '0') + ".0")},
      {"0.1234567890123456", real(0.1234567890123456)},
      {"0.12345678901234567", text("0.12345678901234567")},
      {"1e-20", text("0.00000000000000000001")},
      {"12.5e-30", text("0.0000000000000000000000000000125")},
      {"0.3", real(0.3)},
      {"123456789.123456", real(123456789.123456)},
  }));
  CAPTURE(each.written);
  CHECK(value_of(each.written).value() == each.stored);
}

TEST_CASE("strings that look like numbers become numbers") {
  const auto each = GENERATE(values<row>({
      {"42", whole(42)},
      {"42.0", real(42)},
      {"042", whole(42)},
      {"-5", whole(-5)},
      {".5", real(0.5)},
      {"-.5", real(-0.5)},
      {"٣", whole(3)},
      {"१२.५", real(12.5)},
      {"0.12345678901234567", text("0.12345678901234567")},
      {"9223372036854775808", text("9223372036854775808")},
      {"+5", text("+5")},
      {"1e5", text("1e5")},
      {"0x1F", text("0x1F")},
      {"5.", text("5.")},
      {".", text(".")},
      {"-", text("-")},
      {"1.2.3", text("1.2.3")},
      {" 42", text(" 42")},
      {"42 ", text("42 ")},
      {"true", text("true")},
      {"", text("")},
      {std::string(1200, '7'), text(std::string(1200, '7'))},
  }));
  CAPTURE(each.written);
  CHECK(value_of('"' + each.written + '"').value() == each.stored);
}

TEST_CASE("without the type cast strings stay strings and big integers are refused") {
  const reader_rules rules{false, null_rule::skip};
  CHECK(value_of("\"42\"", rules).value() == text("42"));
  CHECK(value_of("42", rules).value() == whole(42));
  CHECK(value_of("9223372036854775808", rules).error().code == error_code::malformed);
  CHECK(value_of("0.12345678901234567", rules).error().code == error_code::malformed);
}

TEST_CASE("numbers of more than 1000 plain digits are refused") {
  const auto each = GENERATE(values<std::string>(
      {"1e1000", "1e999999999999999999999999", "1e-1000", std::string(1001, '1'),
       "1" + std::string(1000, '0') + ".0", "0." + std::string(1000, '3')}));
  CHECK(value_of(each).error().code == error_code::malformed);
}

TEST_CASE("values of JSON type keep order, nulls and the kind of their numbers") {
  const auto each = GENERATE(values<row>({
      {R"({ "b" : 1, "a" : null })", json(R"({"b":1,"a":null})")},
      {R"([1, 2.0, 10000000.0, 1e3, 1E400, "42", null])",
       json(R"([1,2.0,10000000.0,1e3,1E400,"42",null])")},
      {R"({"a":1,"b":2,"a":3})", json(R"({"a":3,"b":2})")},
      {R"({"a":{"x":1,"x":{"y":[]}},"z":0})", json(R"({"a":{"x":{"y":[]}},"z":0})")},
      {R"({"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9,"3":[3,3]})",
       json(R"({"1":1,"2":2,"3":[3,3],"4":4,"5":5,"6":6,"7":7,"8":8,"9":9})")},
      {R"("\u00e9<>/\"")", text("é<>/\"")},
      {R"(["\u00e9<>/\"\n\u2028"])", json("[\"é<>/\\\"\\n\\u2028\"]")},
      {"{}", json("{}")},
      {"[]", json("[]")},
      {"{a:[b;c]}", json(R"({"a":["b","c"]})")},
  }));
  CAPTURE(each.written);
  CHECK(value_of(each.written).value() == each.stored);
}

TEST_CASE("what Gson takes beyond JSON is taken") {
  const auto each = GENERATE(values<row>({
      {"{v:42}", whole(42)},
      {"{'v':'it\\'s'}", text("it's")},
      {"{v=42}", whole(42)},
      {"{v=>42}", whole(42)},
      {"{a:1;v:42}", whole(42)},
      {"// c\n{/* c */v # c\r:42}", whole(42)},
      {"{v:42}//", whole(42)},
      {")]}'\n{v:42}", whole(42)},
      {"  )]}'\n{v:42}", whole(42)},
      {"\xEF\xBB\xBF{v:42}", whole(42)},
      {"{v:TRUE}", truth(true)},
      {"{v:False}", truth(false)},
      {"{v:NaN}", text("NaN")},
      {"{v:-Infinity}", text("-Infinity")},
      {"{v:value1}", text("value1")},
      {"{v:01}", whole(1)},
      {"{v:+5}", text("+5")},
      {"{v:.5}", real(0.5)},
      {"{v:5.}", text("5.")},
      {"{v:0x1F}", text("0x1F")},
      {"{v:1.5}", real(1.5)},
      {"{v:1e3}", whole(1000)},
      {"{v:\"a\nb\tc\"}", text("a\nb\tc")},
      {"{v:\"a\\\nb\"}", text("a\nb")},
      {"{v:\"\\ud83d\\ude00\"}", text("\xF0\x9F\x98\x80")},
      {"{v:\"\\ud83dx\"}", text("?x")},
      {"{v:[a,]}", json(R"(["a",null])")},
      {"{v:[,]}", json("[null,null]")},
      {"{v:[;1]}", json("[null,1]")},
      {"{v:{TRUE:NULL}}", json(R"({"TRUE":null})")},
      {"{v:trueish}", text("trueish")},
      {"{v:1,v:2}", whole(2)},
      {"{\"v\":\"a\"b}", text("unused")},
  }));
  CAPTURE(each.written);
  const auto values = read_attributes(each.written, {});
  if (each.stored == text("unused")) {
    CHECK(values.error().code == error_code::malformed);
    return;
  }
  REQUIRE(values);
  CHECK(values->back() == key_value{"v", each.stored});
}

TEST_CASE("the guide's own lines arrive as their author meant") {
  const auto attributes =
      read_attributes("{attribute1: value1, attribute2:true, attribute3: 43.0}", {});
  CHECK(attributes.value() == std::vector<key_value>{{"attribute1", text("value1")},
                                                     {"attribute2", truth(true)},
                                                     {"attribute3", real(43)}});
  const auto telemetry = read_telemetry("{temperature:42,humidity:73}", {});
  CHECK(telemetry.value() ==
        std::vector<telemetry_entry>{
            {std::nullopt, {{"temperature", whole(42)}, {"humidity", whole(73)}}}});
}

TEST_CASE("syntax errors say what and where") {
  struct refusal {
    std::string text;
    std::string message;
  };
  const auto each = GENERATE(values<refusal>({
      {"{\"a\":1,}", "Expected name at line 1 column 8"},
      {"{\"a\":1", "Unterminated object at line 1 column 7"},
      {"{\"a\":", "Expected value at line 1 column 6"},
      {"{\"a\"}", "Expected ':' at line 1 column 5"},
      {"{\n \"a\":\"x", "Unterminated string at line 2 column 8"},
      {"{\"a\":\"\\x\"}", "Invalid escape sequence at line 1 column 8"},
      {"{\"a\":\"\\u12g4\"}", "Malformed Unicode escape at line 1 column 9"},
      {"{a:[1 2]}", "Unterminated array at line 1 column 7"},
      {"{a:1} x", "Text after the end of the document at line 1 column 7"},
      {"{a:http://x}", "Unterminated object at line 1 column 8"},
      {"{a:1}/*", "Unterminated comment at line 1 column 6"},
      {"{a:}", "Expected value at line 1 column 4"},
      {"{a:/}", "Expected value at line 1 column 4"},
      {"{\"a\":\"\xC3\x28\"}", "Invalid UTF-8 at byte 6"},
      {std::string("{\"a\":1}\0x", 9), "Text after the end of the document at line 1 column 8"},
  }));
  CAPTURE(each.text);
  const auto values = read_attributes(each.text, {});
  CHECK(values.error() == error{error_code::malformed, each.message});
}

TEST_CASE("nesting deeper than 64 is refused") {
  const auto nested = [](std::size_t depth) {
    return "{\"v\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  CHECK(read_attributes(nested(64), {}));
  CHECK(read_attributes(nested(65), {}).error().code == error_code::malformed);
  CHECK(read_document(std::string(1'000'000, '[')).error().code == error_code::malformed);
}

} // namespace muster::http::json::test
