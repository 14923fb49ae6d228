#include "http/json/writer.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <cstring>
#include <string>

namespace muster::http::json::test {

using namespace std::string_literals;

namespace {

template <class T>
std::string written(const T& what) {
  std::string out;
  append(out, what);
  return out;
}

std::string written_double(double number) {
  std::string out;
  append_double(out, number);
  return out;
}

} // namespace

TEST_CASE("doubles show that they are doubles") {
  struct row {
    double number;
    std::string text;
  };
  const auto each = GENERATE(values<row>({{42, "42.0"},
                                          {0, "0.0"},
                                          {-1.5, "-1.5"},
                                          {0.1, "0.1"},
                                          {1e7, "10000000.0"},
                                          {0.001, "0.001"},
                                          {0.0001, "1.0E-4"},
                                          {1.25e-7, "1.25E-7"},
                                          {1e20, "100000000000000000000.0"},
                                          {123456789012345680000.0, "123456789012345680000.0"},
                                          {9007199254740993e3, "9007199254740993000.0"},
                                          {1e21, "1.0E21"},
                                          {-1.5e300, "-1.5E300"},
                                          {5e-324, "5.0E-324"},
                                          {1e100, "1.0E100"}}));
  CHECK(written_double(each.number) == each.text);
}

TEST_CASE("the text of a double reads back the same") {
  CHECK(rc::check("round trip", [](std::uint64_t bits) {
    double number = 0;
    std::memcpy(&number, &bits, sizeof(number));
    RC_PRE(number - number == 0);
    const std::string text = written_double(number);
    RC_ASSERT(std::strtod(text.c_str(), nullptr) == number);
    RC_ASSERT(text.find_first_of(".E") != std::string::npos);
  }));
}

TEST_CASE("strings are escaped as Gson escapes them") {
  std::string out;
  append_string(out, "a\"\\/<\n\t\b\f\r\x01\x1f\x7f\0\u2028\u2029\u202a\xE2"s);
  CHECK(out.starts_with(R"("a\"\\/<\n\t\b\f\r\u0001\u001f)"));
  CHECK(out.find("\\u0000\\u2028\\u2029\u202a") != std::string::npos);
}

TEST_CASE("attributes of a device leave empty sections out") {
  const key_value one{"a", value{std::int64_t{1}}};
  const key_value two{"b", value{json_text{R"({"x":null})"}}};
  CHECK(written(device_attributes{}) == "{}");
  CHECK(written(device_attributes{{one}, {}}) == R"({"client":{"a":1}})");
  CHECK(written(device_attributes{{}, {two}}) == R"({"shared":{"b":{"x":null}}})");
  CHECK(written(device_attributes{{one}, {two, one}}) ==
        R"({"client":{"a":1},"shared":{"b":{"x":null},"a":1}})");
}

TEST_CASE("attribute changes are flat and name what was deleted") {
  const key_value one{"a", value{true}};
  CHECK(written(attribute_changes{{one}, {}}) == R"({"a":true})");
  CHECK(written(attribute_changes{{}, {"x", "y\""}}) == R"({"deleted":["x","y\""]})");
  CHECK(written(attribute_changes{{one}, {"x"}}) == R"({"a":true,"deleted":["x"]})");
}

TEST_CASE("an attribute named deleted gives way to the list of what was deleted") {
  const key_value one{"a", value{true}};
  const key_value named{"deleted", value{false}};
  CHECK(written(attribute_changes{{one, named}, {}}) == R"({"a":true,"deleted":false})");
  CHECK(written(attribute_changes{{named, one}, {"x"}}) == R"({"a":true,"deleted":["x"]})");
  CHECK(written(attribute_changes{{named}, {"x"}}) == R"({"deleted":["x"]})");
}

TEST_CASE("an RPC has its number, method and parameters in this order") {
  CHECK(written(rpc_delivery{7, "set\"", json_text{R"({"a":[1.0]})"}}) ==
        R"({"id":7,"method":"set\"","params":{"a":[1.0]}})");
}

TEST_CASE("values are shown as text or in their own type") {
  const auto shown = [](const value& what, value_form form) {
    std::string out;
    append_point(out, 5, what, form);
    return out;
  };
  CHECK(shown(value{true}, value_form::text) == R"({"ts":5,"value":"true"})");
  CHECK(shown(value{std::int64_t{42}}, value_form::text) == R"({"ts":5,"value":"42"})");
  CHECK(shown(value{42.0}, value_form::text) == R"({"ts":5,"value":"42.0"})");
  CHECK(shown(value{std::string{"a\""}}, value_form::text) == R"({"ts":5,"value":"a\""})");
  CHECK(shown(value{json_text{R"({"a":1})"}}, value_form::text) ==
        R"({"ts":5,"value":"{\"a\":1}"})");
  CHECK(shown(value{42.0}, value_form::strict) == R"({"ts":5,"value":42.0})");
  CHECK(shown(value{json_text{R"({"a":1})"}}, value_form::strict) == R"({"ts":5,"value":{"a":1}})");
  CHECK(text_of(value{json_text{"[1]"}}) == "[1]");
  CHECK(text_of(value{std::string{"x\n"}}) == "x\n");
  CHECK(written(std::vector<attribute>{{"k", 9, value{false}}}) ==
        R"([{"lastUpdateTs":9,"key":"k","value":false}])");
}

} // namespace muster::http::json::test
