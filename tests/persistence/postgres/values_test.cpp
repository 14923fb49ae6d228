#include "persistence/postgres/json_values.hpp"
#include "persistence/postgres/rule_graph_json.hpp"
#include "persistence/postgres/text.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/postgres/database.hpp"
#include "tests/persistence/support/generators.hpp"

#include <bit>

namespace muster::test {

using namespace persistence;
using namespace persistence::postgres;

namespace {

bool is_plain(std::string_view text) {
  return text.find('\0') == std::string_view::npos;
}

/// Doubles are compared by their bits: 0.0 is not -0.0.
bool same(const value& a, const value& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  return x && y ? std::bit_cast<std::uint64_t>(*x) == std::bit_cast<std::uint64_t>(*y) : a == b;
}

} // namespace

TEST_CASE("any bytes go through a text of the database and back") {
  CHECK(rc::check("they do", [](const std::string& bytes) {
    const auto stored = encoded_text(bytes);
    RC_ASSERT(is_plain(stored));
    RC_ASSERT(decoded_text(stored) == bytes);
  }));
  auto session = session_with(single_server());
  CHECK(rc::check("the database takes them", [&](const std::string& bytes) {
    const auto back = session.run("select $1", parameters().text(bytes));
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->text(0, 0) == bytes);
  }));
}

TEST_CASE("texts that people write are stored as they are") {
  for (const std::string text :
       {"", "Thermostat 7", "\xc3\x89t\xc3\xa9", "\xf0\x9f\x98\x80", "\n"}) {
    CHECK(encoded_text(text) == text);
  }
  CHECK(encoded_text(std::string("a\0b", 3)) == "a\xe2\x90\x80"
                                                "00b");
  CHECK(encoded_text("\xe2\x90\x80") == "\xe2\x90\x80\xe2\x90\x80");
  // A surrogate, an overlong form and a code point that does not exist.
  for (const std::string text : {"\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    CHECK(encoded_text(text) != text);
    CHECK(decoded_text(encoded_text(text)) == text);
  }
}

TEST_CASE("a rule chain's graph comes back as it was") {
  CHECK(rc::check("any graph", [] {
    const auto chain = *any_rule_chain();
    rule_chain back = chain;
    back.nodes.clear();
    back.connections.clear();
    RC_ASSERT(rule_graph_from_json(rule_graph_to_json(chain), back).has_value());
    RC_ASSERT(back == chain);
  }));
  CHECK(rc::check("what is cut off is not read", [] {
    const auto text = rule_graph_to_json(*any_rule_chain());
    const auto size = *rc::gen::inRange<std::size_t>(0, text.size());
    rule_chain back;
    RC_ASSERT_FALSE(rule_graph_from_json(text.substr(0, size), back).has_value());
  }));
}

TEST_CASE("values come back as they were") {
  CHECK(rc::check("of a message", [] {
    const auto values = *any_values();
    std::vector<key_value> back;
    RC_ASSERT(values_from_json(values_to_json(values), back).has_value());
    RC_ASSERT(back.size() == values.size());
    for (std::size_t i = 0; i < back.size(); ++i) {
      RC_ASSERT(back[i].key == values[i].key);
      RC_ASSERT(same(back[i].val, values[i].val));
    }
  }));
  CHECK(rc::check("the latest ones", [] {
    const auto latest = *any_latest();
    std::vector<latest_value> back;
    RC_ASSERT(latest_from_json(latest_to_json(latest.values), back).has_value());
    RC_ASSERT(back == latest.values);
  }));
  CHECK(rc::check("attributes", [] {
    const auto rows = *rc::gen::container<std::vector<attribute_row>>(any_attribute_row());
    std::vector<attribute_row> back;
    RC_ASSERT(attributes_from_json(attributes_to_json(rows), back).has_value());
    RC_ASSERT(back == rows);
  }));
}

TEST_CASE("values are JSON that people can read") {
  const std::vector<key_value> values{{"n", std::int64_t{42}},
                                      {"d", 42.0},
                                      {"z", -0.0},
                                      {"big", 1e300},
                                      {"t", std::string("a\"")},
                                      {"j", json_text{"{\"a\":[1,\"]\"]}"}},
                                      {"s", json_text{"7"}},
                                      {"b", true}};
  CHECK(
      values_to_json(values) ==
      R"({"n":42,"d":42.0,"z":-0.0,"big":1e+300,"t":"a\"","j":{"a":[1,"]"]},"s":{"$json":"7"},"b":true})");
  auto session = session_with(single_server());
  const auto read =
      session.run("select ($1::json)->>'n', ($1::json)->'j'->'a'->>1, ($1::json)->>'t'",
                  parameters().text(values_to_json(values)));
  REQUIRE(read.has_value());
  CHECK(read->text(0, 0) == "42");
  CHECK(read->text(0, 1) == "]");
  CHECK(read->text(0, 2) == "a\"");
}

TEST_CASE("what is no stored value is an error") {
  std::vector<key_value> values;
  for (const std::string text : {"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1}x",
                                 "{\"a\":{}", "{\"a\":\"\\", "[]"}) {
    CAPTURE(text);
    CHECK_FALSE(values_from_json(text, values));
  }
}

} // namespace muster::test
