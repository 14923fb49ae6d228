#include "http/api/query.hpp"
#include "http/api/router.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

using namespace muster::http;

namespace {

/// The pattern that a path leads to, with its parameters; else what is wrong.
std::string found(const router& in, method how, std::string_view path) {
  const auto seen = in.find(how, path);
  switch (seen.what) {
  case match::kind::no_path:
    return "404";
  case match::kind::unreadable:
    return "400";
  case match::kind::no_method:
    return "405 " + seen.allow;
  case match::kind::found:
    break;
  }
  std::string text = seen.target->pattern;
  for (std::size_t i = 0; i < seen.path.size(); ++i) {
    text += i == 0 ? " " : ",";
    text += seen.path[i];
  }
  return text;
}

void add(router& to, method how, std::string_view pattern, bool head = true) {
  to.add(how, pattern, {.head = head}, make_call{});
}

} // namespace

TEST_CASE("paths lead to their route, literals before parameters") {
  router routes;
  add(routes, method::get, "/a/{x}/c");
  add(routes, method::get, "/a/b/{y}");
  add(routes, method::post, "/a/{x}/{y}");
  add(routes, method::remove, "/a/b");
  CHECK(found(routes, method::get, "/a/b/c") == "/a/b/{y} c");
  CHECK(found(routes, method::get, "/a/z/c") == "/a/{x}/c z");
  CHECK(found(routes, method::post, "/a/b/c") == "/a/{x}/{y} b,c");
  CHECK(found(routes, method::post, "/a/z/c") == "/a/{x}/{y} z,c");
  CHECK(found(routes, method::put, "/a/b/c") == "405 GET, HEAD, POST");
  CHECK(found(routes, method::other, "/a/b") == "405 DELETE");
  CHECK(found(routes, method::get, "/a/z/d") == "405 POST");
  CHECK(found(routes, method::get, "/a") == "404");
  CHECK(found(routes, method::get, "/a/b/c/") == "404");
  CHECK(found(routes, method::post, "/a//c") == "404");
  CHECK(found(routes, method::post, "/a/b/") == "404");
  CHECK(found(routes, method::get, "") == "404");
  CHECK(found(routes, method::get, "*") == "404");
}

TEST_CASE("segments are decoded, also those that are literal") {
  router routes;
  add(routes, method::get, "/a/{x}");
  CHECK(found(routes, method::get, "/%61/%2F%25%c3%bc+") == "/a/{x} /%ü+");
  CHECK(found(routes, method::get, "/a/%") == "400");
  CHECK(found(routes, method::get, "/a/%4") == "400");
  CHECK(found(routes, method::get, "/a/%4g") == "400");
}

TEST_CASE("HEAD is GET where the route says so") {
  router routes;
  add(routes, method::get, "/a");
  add(routes, method::get, "/b", false);
  CHECK(found(routes, method::head, "/a") == "/a");
  CHECK(found(routes, method::head, "/b") == "405 GET");
}

TEST_CASE("query parameters are decoded, joined and split") {
  const query_parameters query{"a=1&b=x%2cy&a=2&c&d=&e=TRUE&f=1.5&%67=%zz&a=+3&h=a,,b,,&i=,,"};
  CHECK(query.text("a").value() == "1,2, 3");
  CHECK(query.text("b").value() == "x,y");
  CHECK(query.text("c").value() == "");
  CHECK_FALSE(query.text("z").value());
  CHECK_FALSE(query.text("g"));
  CHECK(query.required("d").value().empty());
  CHECK(query.required("z").error().message == "Parameter 'z' is missing");
  CHECK(query.boolean("e", false).value());
  CHECK_FALSE(query.boolean("f", false));
  CHECK(query.integer("d", 5).value() == 5);
  CHECK_FALSE(query.integer("f", 5));
  CHECK(query.list("h").value() == std::vector<std::string>{"a", "", "b"});
  CHECK_FALSE(query.list("i").value());
  CHECK_FALSE(query.list("z").value());
}

TEST_CASE("percent-encoding is undone") {
  CHECK(rc::check("round trip", [](const std::string& text) {
    std::string encoded;
    for (char c : text) {
      static constexpr std::string_view hex = "0123456789ABCDEF";
      encoded += {'%', hex[static_cast<unsigned char>(c) >> 4], hex[c & 15]};
    }
    RC_ASSERT(percent_decode(encoded, true) == text);
  }));
  CHECK(rc::check("no crash", [](const std::string& text) {
    RC_ASSERT_FALSE(percent_decode(text + "%", true).has_value());
    const auto parts = query_parameters{text}.list("a");
    RC_ASSERT(parts.has_value() || !parts.error().message.empty());
  }));
}

TEST_CASE("whole numbers have 64 bits and nothing around them") {
  CHECK(parse_integer("+5") == 5);
  CHECK(parse_integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"", "+", "-", "+-5", " 5", "5 ", "1e3", "0x1", "9223372036854775808"}) {
    CHECK_FALSE(parse_integer(text));
  }
}
