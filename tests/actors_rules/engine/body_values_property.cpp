#include "actors/rules/engine/body_values.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <cmath>

namespace muster::test {

namespace {

using tree = nlohmann::ordered_json;

rc::Gen<std::string> some_text() {
  return rc::gen::container<std::string>(rc::gen::oneOf(
      rc::gen::inRange<char>('a', 'e'), rc::gen::elementOf(std::string("\"\\\n/ "))));
}

rc::Gen<tree> some_tree(int depth) {
  auto scalars = rc::gen::oneOf(
      rc::gen::map(rc::gen::arbitrary<bool>(), [](bool one) { return tree(one); }),
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t one) { return tree(one); }),
      rc::gen::map(rc::gen::inRange(-1000, 1000), [](int one) { return tree(one / 8.0); }),
      rc::gen::map(some_text(), [](std::string one) { return tree(std::move(one)); }),
      rc::gen::just(tree(nullptr)));
  if (depth == 0) {
    return scalars;
  }
  auto lists = rc::gen::map(rc::gen::container<std::vector<tree>>(some_tree(depth - 1)),
                            [](std::vector<tree> all) { return tree(std::move(all)); });
  auto objects = rc::gen::map(rc::gen::container<std::vector<std::pair<std::string, tree>>>(
                                  rc::gen::pair(some_text(), some_tree(depth - 1))),
                              [](const std::vector<std::pair<std::string, tree>>& all) {
                                tree made = tree::object();
                                for (const auto& [key, one] : all) {
                                  made[key] = one;
                                }
                                return made;
                              });
  return rc::gen::oneOf(std::move(scalars), std::move(lists), std::move(objects));
}

} // namespace

TEST_CASE("a body read as values and written again has all members that are values, in order") {
  CHECK(rc::check([] {
    // Small containers, as their sizes multiply.
    const auto body = *rc::gen::resize(
        8, rc::gen::suchThat(some_tree(3), [](const tree& one) { return one.is_object(); }));
    tree expected = tree::object();
    for (const auto& [key, one] : body.items()) {
      if (!one.is_null() && key.find_first_not_of(" \t\r\n") != std::string::npos) {
        expected[key] = one;
      }
    }
    const auto values = body_values(body.dump());
    RC_ASSERT(values.has_value());
    RC_ASSERT(body_text(*values) == expected.dump());
    RC_ASSERT(!body_elements(body.dump()));
    RC_ASSERT(body_text(*body_values(body.dump(), body_reading::whole)) == body.dump());
  }));
}

TEST_CASE("the elements of a list are values") {
  const auto read = body_elements(R"([1, {"b" : [2, {"a":null}]}, "x", 1.5, true, []])");
  REQUIRE(read.has_value());
  const std::vector<value> expected{
      std::int64_t{1}, json_text{R"({"b":[2,{"a":null}]})"}, std::string("x"), 1.5, true,
      json_text{"[]"}};
  CHECK((*read == expected));
  CHECK_FALSE(body_values("[1]").has_value());
  CHECK_FALSE(body_values("5").has_value());
  CHECK_FALSE(body_values("{").has_value());
}

TEST_CASE("of equal names the later value has won, numbers beyond 64 bits are doubles") {
  const auto read = body_values(R"({"a":1,"b":2,"a":{"c":18446744073709551615},"d":1e2,)"
                                R"("e":9223372036854775808,"f":null," ":3})");
  REQUIRE(read.has_value());
  const std::vector<key_value> expected{{"a", json_text{R"({"c":18446744073709551615})"}},
                                        {"b", std::int64_t{2}},
                                        {"d", 100.0},
                                        {"e", 9223372036854775808.0}};
  CHECK((*read == expected));
}

} // namespace muster::test
