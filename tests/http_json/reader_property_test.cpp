#include "http/json/reader.hpp"
#include "http/json/writer.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <string>

namespace muster::http::json::test {

using namespace std::string_view_literals;

namespace {

using tree = nlohmann::ordered_json;

rc::Gen<std::string> any_text() {
  return rc::gen::map(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 0x3000)),
                      [](const std::vector<int>& points) {
                        std::string text;
                        for (int point : points) {
                          // Two and three byte forms; surrogates lie above.
                          if (point < 0x80) {
                            text.push_back(static_cast<char>(point));
                          } else if (point < 0x800) {
                            text.push_back(static_cast<char>(0xC0 | point >> 6));
                            text.push_back(static_cast<char>(0x80 | (point & 63)));
                          } else {
                            text.push_back(static_cast<char>(0xE0 | point >> 12));
                            text.push_back(static_cast<char>(0x80 | (point >> 6 & 63)));
                            text.push_back(static_cast<char>(0x80 | (point & 63)));
                          }
                        }
                        return text;
                      });
}

/// A document of at most `depth` levels.
tree any_tree(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
  case 0:
    return nullptr;
  case 1:
    return *rc::gen::arbitrary<bool>();
  case 2:
    return *rc::gen::arbitrary<std::int64_t>();
  case 3:
    return static_cast<double>(*rc::gen::inRange(-1'000'000, 1'000'000)) / 64;
  case 4:
    return *any_text();
  case 5: {
    tree array = tree::array();
    for (int count = *rc::gen::inRange(0, 4); count > 0; --count) {
      array.push_back(any_tree(depth - 1));
    }
    return array;
  }
  default: {
    tree object = tree::object();
    for (int count = *rc::gen::inRange(0, 4); count > 0; --count) {
      object[*any_text()] = any_tree(depth - 1);
    }
    return object;
  }
  }
}

/// What a member of the tree is as a value, without the type cast.
value expected(const tree& node) {
  if (node.is_boolean()) {
    return value{node.get<bool>()};
  }
  if (node.is_number_integer()) {
    return value{node.get<std::int64_t>()};
  }
  if (node.is_number_float()) {
    return value{node.get<double>()};
  }
  return value{node.get<std::string>()};
}

std::string random_bytes(std::string_view alphabet) {
  const auto picks = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, alphabet.size()));
  std::string text;
  for (std::size_t pick : picks) {
    text.push_back(alphabet[pick]);
  }
  return text;
}

} // namespace

TEST_CASE("strict documents mean what nlohmann reads in them") {
  CHECK(rc::check("same tree", [] {
    const tree document = any_tree(4);
    const std::string text = document.dump(*rc::gen::element(-1, 1, 4));
    const auto strict = read_strict(text);
    RC_ASSERT(strict.has_value());
    RC_ASSERT(tree::parse(strict->text) == document);
    RC_ASSERT((read_document(text) == strict));
    RC_ASSERT(strict->text.find('\n') == std::string::npos);
    // Its own output is a fixed point.
    RC_ASSERT((read_strict(strict->text) == strict));
  }));
}

TEST_CASE("both readers agree on strict documents") {
  CHECK(rc::check("lenient is a superset", [] {
    const std::string text = any_tree(3).dump();
    // A comment at the end is what only the lenient reader takes.
    RC_ASSERT((read_document(text + "#") == read_document(text)));
    RC_ASSERT((read_telemetry(text + "#", {}) == read_telemetry(text, {})));
    RC_ASSERT(
        (http::json::read_attributes(text + "#", {}) == http::json::read_attributes(text, {})));
    RC_ASSERT((read_members(text + "#") == read_members(text)));
  }));
}

TEST_CASE("attributes hold the members of the tree") {
  CHECK(rc::check("same members", [] {
    tree object = tree::object();
    for (int count = *rc::gen::inRange(0, 20); count > 0; --count) {
      object["k" + std::to_string(*rc::gen::inRange(0, 1000))] = any_tree(2);
    }
    const auto values = http::json::read_attributes(object.dump(), {false, null_rule::skip});
    RC_ASSERT(values.has_value());
    std::size_t place = 0;
    for (const auto& [key, node] : object.items()) {
      if (node.is_null()) {
        continue;
      }
      const auto& each = values->at(place++);
      RC_ASSERT(each.key == key);
      if (node.is_structured()) {
        RC_ASSERT(tree::parse(std::get<json_text>(each.val).text) == node);
      } else {
        RC_ASSERT(each.val == expected(node));
      }
    }
    RC_ASSERT(place == values->size());
    std::string out;
    append_object(out, *values);
    RC_ASSERT((http::json::read_attributes(out, {false, null_rule::skip}) == values));
  }));
}

TEST_CASE("garbage is refused or read, never more") {
  const std::string_view alphabet =
      GENERATE("{}[]:,;=>\"'\\/*#\n abtrue019.eE+-"sv,
               "\0\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80\xFF{\":}"sv, "{\"ts\":1,'values'[]}"sv);
  CHECK(rc::check("no crash, no hang", [alphabet] {
    const std::string text = random_bytes(alphabet);
    for (const std::string& each : {text, "{" + text, "{\"ts\":" + text, "{a:" + text + "}"}) {
      const auto document = read_document(each);
      // What was read is JSON, but for numbers beyond a double's range, which are kept as written.
      if (document && document->text.find_first_of("0123456789") == std::string::npos) {
        RC_ASSERT(read_strict(document->text).has_value());
      }
      const auto telemetry = read_telemetry(each, {});
      RC_ASSERT(telemetry.has_value() || !telemetry.error().message.empty());
      const auto members = read_members(each);
      RC_ASSERT(members.has_value() || !members.error().message.empty());
    }
  }));
}

TEST_CASE("UTF-8 is told from other bytes") {
  CHECK(valid_utf8(""));
  CHECK(valid_utf8("abcdefgh\xC3\xA9\xF0\x9F\x98\x80"));
  for (const char* bytes : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3",
                            "abcdefghi\x80", "\xF8\x88\x80\x80\x80"}) {
    CHECK_FALSE(valid_utf8(bytes));
  }
}

} // namespace muster::http::json::test
