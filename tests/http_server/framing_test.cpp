// The demands of RFC 9112 on how messages are told apart, over real sockets.
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

using namespace muster::http;
using namespace muster::http::test;

namespace {

/// A request that must be refused with `status` and the end of the connection, whatever follows it.
void refused(int status, const std::string& text) {
  INFO(text.substr(0, 200));
  fixture server;
  auto peer = server.connect();
  peer.send(text + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto seen = peer.read();
  REQUIRE(seen);
  CHECK(seen->status == status);
  CHECK(seen->headers.at("connection") == "close");
  CHECK(seen->headers.at("content-type") == "application/json");
  CHECK(seen->body.find("\"errorCode\":") != std::string::npos);
  CHECK(peer.ended());
  CHECK(server.app.served == 0);
}

answer_seen answered(const std::string& text) {
  INFO(text.substr(0, 200));
  fixture server;
  auto peer = server.connect();
  peer.send(text);
  const auto seen = peer.read();
  REQUIRE(seen);
  return *seen;
}

} // namespace

TEST_CASE("9112 2.2: empty lines before a request are skipped") {
  const auto seen = answered("\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(seen.body == "GET /a|");
}

TEST_CASE("9112 2.2: a bare CR, a bare LF and NUL are refused") {
  refused(400, "GET /a HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n");
  refused(400, "GET /a HTTP/1.1\nHost: a\n\n");
  refused(400, "GET /a HTTP/1.1\r\nHost: a\r\nX: a" + std::string(1, '\0') + "b\r\n\r\n");
}

TEST_CASE("9112 2.2: a blank between the request line and the first field is refused") {
  refused(400, "GET /a HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n");
}

TEST_CASE("9112 2.3: other versions get 505, no version 400") {
  refused(505, "GET /a HTTP/2.0\r\nHost: a\r\n\r\n");
  refused(505, "GET /a HTTP/1.9\r\nHost: a\r\n\r\n");
  refused(400, "GET /a HTTP/1.1x\r\nHost: a\r\n\r\n");
  refused(400, "GET /a\r\nHost: a\r\n\r\n");
  refused(400, "GET /a http/1.1\r\nHost: a\r\n\r\n");
}

TEST_CASE("9112 3: a request line over 8 KiB is 414") {
  refused(414, "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n");
  refused(414, "GET /" + std::string(70'000, 'a'));
  CHECK(answered("GET /" + std::string(8000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n").status == 200);
}

TEST_CASE("9112 3.2: Host is demanded once in 1.1, never twice, and must be a host") {
  refused(400, "GET /a HTTP/1.1\r\n\r\n");
  refused(400, "GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
  refused(400, "GET /a HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n");
  refused(400, "GET /a HTTP/1.1\r\nHost: a b\r\n\r\n");
  refused(400, "GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n");
  CHECK(answered("GET /a HTTP/1.1\r\nHost:\r\n\r\n").status == 200);
  CHECK(answered("GET /a HTTP/1.0\r\n\r\n").status == 200);
}

TEST_CASE("9112 3.2: targets in origin, absolute and asterisk form") {
  CHECK(answered("GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /a?b=c|");
  CHECK(answered("GET http://h:1/a?b HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /a?b|");
  CHECK(answered("GET HTTPS://h HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /|");
  CHECK(answered("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").headers.contains("allow"));
  refused(400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n");
  refused(400, "GET a HTTP/1.1\r\nHost: a\r\n\r\n");
  refused(400, "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n");
  refused(400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n");
  refused(501, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST_CASE("9112 5.1: a blank before the colon, and a field without name or colon, are refused") {
  refused(400, "GET /a HTTP/1.1\r\nHost : a\r\n\r\n");
  refused(400, "GET /a HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n");
  refused(400, "GET /a HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n");
}

TEST_CASE("9112 5.2: folded lines are refused in each shape") {
  refused(400, "GET /a HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n");
  refused(400, "GET /a HTTP/1.1\r\nHost: a\r\nX:\r\n b\r\n\r\n");
  refused(400, "GET /a HTTP/1.1\r\nHost: a\r\nX:\r\n\t\r\n\r\n");
  refused(400, "GET /a HTTP/1.1\r\nHost: a\r\nX: a\r\n \r\nY: b\r\n\r\n");
}

TEST_CASE("9110 5.4: headers over 32 KiB or 200 fields are 431") {
  std::string many = "GET /a HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 199; ++i)
    many += "X: y\r\n";
  CHECK(answered(many + "\r\n").status == 200);
  refused(431, many + "X: y\r\n\r\n");
  refused(431, "GET /a HTTP/1.1\r\nHost: a\r\nX: " + std::string(33'000, 'a') + "\r\n\r\n");
  refused(431, "GET /a HTTP/1.1\r\nHost: a\r\nX: " + std::string(100'000, 'a'));
  CHECK(answered("GET /a HTTP/1.1\r\nHost: a\r\nX: " + std::string(30'000, 'a') + "\r\n\r\n")
            .status == 200);
}

TEST_CASE("9112 6.1: transfer codings other than exactly chunked are 501") {
  for (const std::string coding :
       {"gzip", "gzip, chunked", "xchunked", "chunked, identity", "identity", "\"chunked\""})
    refused(501, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + "\r\n\r\n");
  refused(400, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n");
  refused(501, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n");
  refused(400, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
               "Transfer-Encoding: chunked\r\n\r\n");
  refused(400, "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
}

TEST_CASE("9112 6.3: both lengths are refused in either order") {
  refused(400,
          "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
          "0\r\n\r\n");
  refused(400,
          "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"
          "0\r\n\r\n");
}

TEST_CASE("9112 6.3: lengths that differ or are no numbers are refused, equal ones taken once") {
  for (const std::string length : {"3\r\nContent-Length: 4", "3, 4", "-1", "+3", "3x", "0x3", "",
                                   "99999999999999999999", "3,", "3 3"})
    refused(400, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n");
  CHECK(answered("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc")
            .body == "POST /a|abc");
}

TEST_CASE("9112 7.1: chunked bodies with extensions and trailers are read") {
  const std::string head = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n";
  CHECK(answered(head + "3\r\nabc\r\n0\r\n\r\n").body == "POST /a|abc");
  CHECK(answered(head + "3;x=y;z=\"q\"\r\nabc\r\nA\r\n0123456789\r\n000\r\n\r\n").body ==
        "POST /a|abc0123456789");
  CHECK(answered(head + "1\r\na\r\n0\r\nX: y\r\nHost: b\r\n\r\n").body == "POST /a|a");
  CHECK(answered(head + "0\r\n\r\n").body == "POST /a|");
}

TEST_CASE("9112 7.1: broken chunks end the connection") {
  const std::string head = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string body : {"x\r\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\nabc\n0\n\n",
                                 "-3\r\nabc\r\n0\r\n\r\n", "3 \r\nab",
                                 "fffffffffffffffff\r\nabc\r\n", "\r\n\r\n", "3\r\nabc0\r\n\r\n"})
    refused(400, head + body);
  refused(431, head + "3;" + std::string(40'000, 'x') + "\r\nabc\r\n0\r\n\r\n");
  refused(431, head + "3;" + std::string(100'000, 'x'));
  refused(431, head + "0\r\nX: " + std::string(40'000, 'x'));
}

TEST_CASE("9112 7.1: chunk lines that end in a bare line feed are refused at once") {
  const std::string head = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string body : {"3\nabc\n0\n\n", "3\n", "3\r\nabc\r\n0\n\n", "0\r\nX: y\n\n"}) {
    const auto seen = answered(head + body);
    CHECK(seen.status == 400);
    CHECK(seen.headers.at("connection") == "close");
  }
}

TEST_CASE("9112 9.3: connections persist in 1.1 unless closed, in 1.0 when kept alive") {
  fixture server;
  SECTION("1.1 by default") {
    auto peer = server.connect();
    for (int i = 0; i < 3; ++i) {
      peer.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      const auto seen = peer.read();
      REQUIRE(seen);
      CHECK(!seen->headers.contains("connection"));
    }
  }
  SECTION("1.1 with close") {
    auto peer = server.connect();
    peer.send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n");
    const auto seen = peer.read();
    REQUIRE(seen);
    CHECK(seen->headers.at("connection") == "close");
    CHECK(peer.ended());
  }
  SECTION("1.0 by default") {
    auto peer = server.connect();
    peer.send("GET /a HTTP/1.0\r\n\r\n");
    const auto seen = peer.read();
    REQUIRE(seen);
    CHECK(seen->headers.at("connection") == "close");
    CHECK(peer.ended());
  }
  SECTION("1.0 kept alive") {
    auto peer = server.connect();
    for (int i = 0; i < 2; ++i) {
      peer.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      const auto seen = peer.read();
      REQUIRE(seen);
      CHECK(seen->headers.at("connection") == "keep-alive");
    }
  }
}

TEST_CASE("9112 9.3.2: pipelined requests are answered in order, whatever the pieces") {
  fixture server;
  auto peer = server.connect();
  std::string all;
  for (int i = 0; i < 200; ++i)
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
  for (std::size_t at = 0; at < all.size(); at += 37)
    REQUIRE(peer.send(std::string_view{all}.substr(at, 37)));
  for (int i = 0; i < 200; ++i) {
    const auto seen = peer.read();
    REQUIRE(seen);
    CHECK(seen->body == "POST /" + std::to_string(i) + "|abc");
  }
}

TEST_CASE("9112 9.6: nothing is carried out after Connection: close") {
  fixture server;
  auto peer = server.connect();
  peer.send(
      "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(peer.read());
  CHECK(peer.ended());
  CHECK(server.app.served == 1);
}

TEST_CASE("9112 8: a request cut off by the client is not carried out") {
  fixture server;
  CHECK(server.exchange_all("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc").empty());
  CHECK(server.exchange_all("POST /a HTTP/1.1\r\nHost: a").empty());
  CHECK(server.app.served == 0);
}

TEST_CASE("9112 9.6: a half-closed client still gets its answer, then the connection ends") {
  fixture server;
  const auto text =
      server.exchange_all("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  CHECK(text.find("POST /a|abc") != std::string::npos);
}
