#include "actors/rules/nodes/math_expression.hpp"
#include "actors/rules/nodes/numbers.hpp"
#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <cmath>

namespace muster::test {

namespace {

using json = nlohmann::json;

json body_argument(const std::string& key) {
  return {{"name", key}, {"type", "MESSAGE_BODY"}, {"key", key}};
}

json math_config(const std::string& operation, json arguments, json result) {
  return {
      {"operation", operation}, {"arguments", std::move(arguments)}, {"result", std::move(result)}};
}

const json into_body = {{"type", "MESSAGE_BODY"}, {"key", "r"}, {"resultValuePrecision", 3}};

struct math_bench : chain_bench {
  rule_message message = message_of(device, "any", R"({"x":7,"y":"2.5","n":null,"t":"warm"})");

  std::string pass(const json& configuration) {
    const auto left = through("math.TbMathNode", configuration.dump(), message);
    REQUIRE(left.size() == 1);
    out = left.front().second;
    const auto& body = out.data.tree();
    return left.front().first + (body.contains("r") ? " " + body["r"].dump() : "");
  }

  rule_message out;
};

double worked_out(std::string_view formula, const std::vector<double>& values = {}) {
  const std::vector<std::string> known{"x", "y"};
  const auto read = math_expression::read(formula, known);
  REQUIRE(read.has_value());
  return read->work_out(values);
}

} // namespace

TEST_CASE("math takes its numbers from everywhere") {
  math_bench at;
  at.message.metadata["m"] = "3";
  at.device.attributes["2limit"] = std::int64_t{10};
  at.device.attributes["1warm"] = std::string("11");
  at.device.values = {{"t", 1, 12.5}};
  const auto sum_with = [&](json other) {
    return at.pass(
        math_config("ADD", json::array({body_argument("x"), std::move(other)}), into_body));
  };
  CHECK(sum_with(body_argument("y")) == "Success 9.5");
  CHECK(sum_with({{"type", "MESSAGE_METADATA"}, {"key", "m"}}) == "Success 10.0");
  CHECK(sum_with({{"type", "ATTRIBUTE"}, {"key", "limit"}}) == "Success 17.0");
  CHECK(sum_with({{"type", "ATTRIBUTE"}, {"key", "$[t]"}, {"attributeScope", "SHARED_SCOPE"}}) ==
        "Success 18.0");
  CHECK(sum_with({{"type", "TIME_SERIES"}, {"key", "t"}}) == "Success 19.5");
  CHECK(sum_with({{"type", "CONSTANT"}, {"key", "0.125"}}) == "Success 7.125");
  for (const auto* const type : {"MESSAGE_BODY", "MESSAGE_METADATA", "ATTRIBUTE", "TIME_SERIES"}) {
    CHECK(sum_with({{"type", type}, {"key", "none"}, {"defaultValue", 5}}) == "Success 12.0");
    CHECK(sum_with({{"type", type}, {"key", "none"}}) == "Failure");
  }
  CHECK(sum_with({{"type", "MESSAGE_BODY"}, {"key", "n"}, {"defaultValue", 5}}) == "Success 12.0");
  CHECK(sum_with({{"type", "MESSAGE_BODY"}, {"key", "t"}, {"defaultValue", 5}}) == "Failure");
}

TEST_CASE("math puts its number everywhere, as precise as it is told") {
  math_bench at;
  const json arguments =
      json::array({body_argument("x"), json{{"type", "CONSTANT"}, {"key", "3"}}});
  const auto div_to = [&](json result) {
    return at.pass(math_config("DIV", arguments, std::move(result)));
  };
  CHECK(div_to({{"type", "MESSAGE_BODY"}, {"key", "r"}}) == "Success 2");
  CHECK(div_to({{"type", "MESSAGE_BODY"}, {"key", "r"}, {"resultValuePrecision", 2}}) ==
        "Success 2.33");
  CHECK(div_to({{"type", "MESSAGE_METADATA"}, {"key", "r"}, {"addToBody", true}}) == "Success 2");
  CHECK(at.out.metadata.at("r") == "2");
  CHECK(div_to({{"type", "TIME_SERIES"}, {"key", "${deviceName}"}, {"addToMetadata", true}}) ==
        "Success");
  CHECK(at.out.metadata.at("thermometer") == "2");
  CHECK(div_to({{"type", "ATTRIBUTE"},
                {"key", "r"},
                {"attributeScope", "SHARED_SCOPE"},
                {"resultValuePrecision", 1}}) == "Success");
  CHECK(at.device.done ==
        std::vector<std::string>{R"(telemetry 1700000000000 {"thermometer":2} ttl 0)",
                                 R"(attributes 1 {"r":2.3} change 0 notify 1)"});
}

TEST_CASE("math fails for what is no number and for what it cannot be") {
  math_bench at;
  const json x = body_argument("x");
  const json zero = {{"type", "CONSTANT"}, {"key", "0"}};
  CHECK(at.pass(math_config("DIV", json::array({x, zero}), into_body)) == "Failure");
  CHECK(at.pass(math_config("FLOOR_DIV", json::array({x, zero}), into_body)) == "Failure");
  CHECK(at.pass(math_config("ADD", json::array({x}), into_body)) == "Failure");
  CHECK(at.pass(math_config("HALVE", json::array({x}), into_body)) == "Failure");
  CHECK(at.pass(math_config("ABS", json::array({x}), {{"type", "CONSTANT"}, {"key", "r"}})) ==
        "Failure");
  CHECK(at.pass(math_config("ABS", json::array({json{{"type", "CONSTANT"}, {"key", "x"}}}),
                            into_body)) == "Failure");
  CHECK(at.pass(math_config("ABS", json::array(), into_body)) == "Failure");
  at.message.data = message_data::of_text("[1]");
  CHECK(at.pass(math_config("ABS", json::array({zero}), into_body)) == "Failure");
}

TEST_CASE("math works out operations and formulas") {
  math_bench at;
  const json two = json::array({body_argument("x"), body_argument("y")});
  CHECK(at.pass(math_config("FLOOR_DIV", two, into_body)) == "Success 3.0");
  CHECK(at.pass(math_config("FLOOR_MOD", two, into_body)) == "Success 1.0");
  CHECK(at.pass(math_config("POW", two, into_body)) == "Success 129.642");
  CHECK(at.pass(math_config("GET_EXP", json::array({body_argument("x")}), into_body)) ==
        "Success 2.0");
  auto custom = math_config("CUSTOM", two, into_body);
  custom["customFunction"] = "(x - 32) / 1.8 + y";
  CHECK(at.pass(custom) == "Success -11.389");
  custom["customFunction"] = "(x - 32";
  CHECK(at.pass(custom) == "Failure");
}

TEST_CASE("formulas bind as in books") {
  CHECK(worked_out("1 + 2 * 3 - 8 / 4 % 3") == 5);
  CHECK(worked_out("2 ^ 3 ^ 2") == 512);
  CHECK(worked_out("-2 ^ 2") == -4);
  CHECK(worked_out("2 ^ -1 * -x", {4, 0}) == -2);
  CHECK(worked_out("max(x, y) - min(x, y) * sqrt(16)", {2, 5}) == -3);
  CHECK(worked_out("1e3 + .5") == 1000.5);
  CHECK(worked_out("cos(pi)") == -1);
  CHECK(worked_out("log(e)") == 1);
  const std::vector<std::string> only_e{"e"};
  CHECK(math_expression::read("e", only_e)->work_out({3}) == 3);
  for (const auto* const wrong : {"", "1 +", "(1", "1)", "max(1)", "sqrt 4", "z", "1 2", "* 1"}) {
    CHECK_FALSE(math_expression::read(wrong, only_e).has_value());
  }
  CHECK_FALSE(math_expression::read(std::string(100'000, '('), only_e).has_value());
  CHECK_FALSE(math_expression::read(std::string(100'000, '-') + "1", only_e).has_value());
}

TEST_CASE("numbers are rounded as they are written") {
  CHECK(rounded(0.285, 2) == 0.29);
  CHECK(rounded(-0.285, 2) == -0.29);
  CHECK(rounded(0.2849, 2) == 0.28);
  CHECK(rounded(1.5, 0) == 2);
  CHECK(rounded(9.999, 2) == 10);
  CHECK(rounded(1e300, 3) == 1e300);
  CHECK(rounded(5e-324, 3) == 0);
  CHECK(rc::check("thousandths are rounded to hundredths as whole numbers are", [] {
    const auto thousandths = *rc::gen::inRange(-1'000'000, 1'000'000);
    const int away = thousandths < 0 ? -5 : 5;
    const int hundredths = (thousandths + away) / 10;
    RC_ASSERT(rounded(thousandths / 1000.0, 2) == hundredths / 100.0);
  }));
}

} // namespace muster::test
