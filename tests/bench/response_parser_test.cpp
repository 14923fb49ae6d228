#include "tests/catch.hpp"
#include "tools/bench/response_parser.hpp"

#include <rapidcheck.h>

#include <cstdio>
#include <string>

using muster::bench::response;
using muster::bench::response_parser;
using outcome = response_parser::outcome;

namespace {

std::string with_length(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Text\r\nDate: x\r\ncontent-LENGTH:  " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string with_chunks(const std::string& body, std::size_t piece) {
  std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += piece) {
    auto part = body.substr(at, piece);
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", part.size());
    text += size + part + "\r\n";
  }
  return text + "0\r\n\r\n";
}

/// Feeds the text in two parts, the second one only when there is something left.
outcome feed_split(response_parser& parser, const std::string& text, std::size_t at,
                   response& result) {
  auto first = parser.feed(text.substr(0, at), result);
  if (at >= text.size())
    return first;
  RC_ASSERT(first == outcome::incomplete);
  return parser.feed(text.substr(at), result);
}

} // namespace

TEST_CASE("answers are read whatever way their bytes arrive") {
  CHECK(rc::check([] {
    response_parser parser;
    for (int round = 0; round < 3; ++round) {
      auto body = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
      auto status = *rc::gen::element(200, 400, 503);
      bool chunked = *rc::gen::arbitrary<bool>();
      auto text = chunked ? with_chunks(body, *rc::gen::inRange<std::size_t>(1, 20))
                          : with_length(status, body);
      auto at = *rc::gen::inRange<std::size_t>(1, text.size() + 1);
      response result;
      RC_ASSERT(feed_split(parser, text, at, result) == outcome::complete);
      RC_ASSERT(result.status == (chunked ? 200 : status));
      RC_ASSERT(result.body == body);
      RC_ASSERT(!result.closes);
      parser.reset();
    }
  }));
}

TEST_CASE("an answer without a length ends with the stream") {
  response_parser parser;
  response result;
  CHECK(parser.feed("HTTP/1.1 200 OK\r\n\r\nabc", result) == outcome::incomplete);
  CHECK(parser.end_of_stream(result) == outcome::complete);
  CHECK(result.body == "abc");
  CHECK(result.closes);
}

TEST_CASE("an answer cut short is broken") {
  response_parser parser;
  response result;
  CHECK(parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", result) ==
        outcome::incomplete);
  CHECK(parser.end_of_stream(result) == outcome::broken);
}

TEST_CASE("what is no answer, or more than one, is broken") {
  response result;
  CHECK(response_parser().feed("SSH-2.0-server\r\n\r\n", result) == outcome::broken);
  CHECK(response_parser().feed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc", result) ==
        outcome::broken);
  CHECK(response_parser().feed("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", result) ==
        outcome::broken);
}

TEST_CASE("a server that will close says so") {
  response result;
  response_parser parser;
  CHECK(parser.feed("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n", result) ==
        outcome::complete);
  CHECK(result.closes);
}
