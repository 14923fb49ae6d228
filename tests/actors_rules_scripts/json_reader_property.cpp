#include "actors/rules/scripts/json_reader.hpp"
#include "tests/actors_rules_scripts/random_json.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <string>

namespace muster {

namespace {

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string read_again(json_reader& reader) {
  const char kind = reader.kind();
  if (kind != '{' && kind != '[') {
    return std::string(reader.skip_value());
  }
  std::string text;
  for (bool first = true; reader.next_item(first);) {
    text += text.empty() ? "" : ",";
    text += kind == '{' ? quoted(reader.read_name()) + ":" : "";
    text += read_again(reader);
  }
  return kind == '{' ? "{" + text + "}" : "[" + text + "]";
}

/// Blanks between all tokens outside of strings.
std::string with_blanks(const std::string& json) {
  std::string blank;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const bool token = std::string_view("{}[],:").find(json[i]) != std::string_view::npos;
    blank += !in_string && token ? std::string(" \n") + json[i] + "\t" : std::string(1, json[i]);
    if (json[i] == '\\') {
      blank += json[++i];
    } else if (json[i] == '"') {
      in_string = !in_string;
    }
  }
  return blank;
}

} // namespace

TEST_CASE("a reader passes every value of a document") {
  REQUIRE(rc::check("random documents", [] {
    const auto document = *random_json(4);
    for (const auto& text : {document, with_blanks(document)}) {
      json_reader whole(text);
      whole.skip_value();
      RC_ASSERT(whole.kind() == '\0');
      json_reader parts(text);
      RC_ASSERT(read_again(parts) == document);
      RC_ASSERT(parts.kind() == '\0');
    }
  }));
}

TEST_CASE("a reader ends with its text, whatever it is") {
  REQUIRE(rc::check("random texts", [] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("{}[],:\"\\u0d8tfn-1.e \x80")));
    json_reader reader(text);
    read_again(reader);
    decoded_json_string(text);
    RC_ASSERT(reader.place() <= text.size());
  }));
}

TEST_CASE("strings are decoded as another reader does it") {
  REQUIRE(rc::check("random strings", [] {
    std::string text = "\"";
    for (const auto& piece :
         *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
             "a", "\\\"", "\\\\", "\\/", "\\b\\f\\n\\r\\t", "\\u0000", "\\u00e9", "\\u20AC",
             "\\ud83d\\ude00", "\\uDBFF\\uDFFF", "é", "😀", "u", "d83d"))) {
      text += piece;
    }
    text += "\"";
    RC_ASSERT(decoded_json_string(text) == nlohmann::json::parse(text).get<std::string>());
  }));
}

} // namespace muster
