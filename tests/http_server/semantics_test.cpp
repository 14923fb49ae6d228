// The demands of RFC 9110 and the behaviour promised for heads of answers, over real sockets.
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

using namespace muster::http;
using namespace muster::http::test;

TEST_CASE(
    "9110 6.6.1: every answer has a Date, and the general headers are exactly those promised") {
  fixture server;
  auto peer = server.connect();
  peer.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto seen = peer.read();
  REQUIRE(seen);
  CHECK(seen->headers ==
        std::map<std::string, std::string>{{"date", "Tue, 14 Nov 2023 22:13:20 GMT"},
                                           {"cache-control", "no-store"},
                                           {"x-content-type-options", "nosniff"},
                                           {"content-type", "text/plain;charset=UTF-8"},
                                           {"content-length", "7"}});
  server.clock.advance(1000);
  peer.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(peer.read()->headers.at("date") == "Tue, 14 Nov 2023 22:13:21 GMT");
}

TEST_CASE("9110 9.3.2: HEAD is answered like GET, without the body") {
  fixture server;
  auto peer = server.connect();
  peer.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto seen = peer.read(true);
  REQUIRE(seen);
  CHECK(seen->headers.at("content-length") == "8");
  CHECK(peer.read()->body == "GET /b|");
}

TEST_CASE("9110 8.6: 204 and 304 have neither body nor length") {
  fixture server;
  server.app.whole = [](exchange& request) {
    request.respond(response{request.path() == "/204" ? 204 : 304});
  };
  auto peer = server.connect();
  for (const std::string path : {"204", "304"}) {
    peer.send("GET /" + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto seen = peer.read();
    REQUIRE(seen);
    CHECK(std::to_string(seen->status) == path);
    CHECK(!seen->headers.contains("content-length"));
  }
}

TEST_CASE("9110 9.1: methods are passed on as they are, unknown ones too") {
  fixture server;
  auto peer = server.connect();
  for (const std::string name : {"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"}) {
    peer.send(name + " /a HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(peer.read()->body == name + " /a|");
  }
}

TEST_CASE("9110 10.1.1: 100 Continue comes before an expected body, and only then") {
  fixture server;
  auto peer = server.connect();
  SECTION("accepted") {
    peer.send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n");
    CHECK(peer.read_bytes(25) == "HTTP/1.1 100 Continue\r\n\r\n");
    peer.send("abc");
    CHECK(peer.read()->body == "POST /a|abc");
  }
  SECTION("refused at the head") {
    server.app.head = [](exchange&) { return verdict::refuse(response{401}); };
    peer.send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    const auto seen = peer.read();
    REQUIRE(seen);
    CHECK(seen->status == 401);
    // Whether the three bytes still come is not to be known, so nothing else can follow.
    CHECK(seen->headers.at("connection") == "close");
    CHECK(peer.ended());
  }
  SECTION("from an HTTP/1.0 client it means nothing") {
    peer.send("POST /a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
    CHECK(peer.read()->body == "POST /a|abc");
  }
  SECTION("anything else is 417") {
    peer.send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: more\r\nContent-Length: 3\r\n\r\nabc");
    CHECK(peer.read()->status == 417);
  }
}

TEST_CASE("9110 8.4: an encoded body is 415, after everything the application refuses") {
  fixture server;
  auto peer = server.connect();
  const std::string text =
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc";
  peer.send(text);
  CHECK(peer.read()->status == 415);
  server.app.head = [](exchange&) { return verdict::refuse(response{404}); };
  peer.send(text);
  CHECK(peer.read()->status == 404);
  server.app.head = [](exchange&) { return verdict::accept(10); };
  peer.send(
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc");
  CHECK(peer.read()->status == 200);
}

TEST_CASE("9110 9.3.7: OPTIONS tells what a path allows where other methods would be 405") {
  fixture server;
  server.app.head = [](exchange&) {
    return verdict::refuse(error_response(405, "no", 0).header("Allow", "GET, HEAD"));
  };
  auto peer = server.connect();
  peer.send("OPTIONS /a HTTP/1.1\r\nHost: a\r\n\r\nPOST /a HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto asked = peer.read();
  REQUIRE(asked);
  CHECK(asked->status == 200);
  CHECK(asked->headers.at("allow") == "GET, HEAD");
  CHECK(asked->body.empty());
  const auto refused = peer.read();
  REQUIRE(refused);
  CHECK(refused->status == 405);
  CHECK(refused->headers.at("allow") == "GET, HEAD");
  CHECK(refused->headers.at("content-type") == "application/json");
}

TEST_CASE("CORS: a preflight is answered with what it asked for") {
  fixture server;
  auto peer = server.connect();
  peer.send("OPTIONS /api/v1/t/telemetry HTTP/1.1\r\nHost: a\r\nOrigin: http://o\r\n"
            "Access-Control-Request-Method: POST\r\n"
            "Access-Control-Request-Headers: content-type, x-a\r\n\r\n");
  const auto seen = peer.read();
  REQUIRE(seen);
  CHECK(seen->status == 200);
  CHECK(seen->headers.at("access-control-allow-origin") == "http://o");
  CHECK(seen->headers.at("access-control-allow-credentials") == "true");
  CHECK(seen->headers.at("access-control-allow-methods") == "POST");
  CHECK(seen->headers.at("access-control-allow-headers") == "content-type, x-a");
  CHECK(seen->headers.at("access-control-max-age") == "1800");
  CHECK(server.app.served == 0);
}

TEST_CASE("CORS: answers name the origin below /api only, and only when it was given") {
  fixture server;
  auto peer = server.connect();
  peer.send("GET /api/x HTTP/1.1\r\nHost: a\r\nOrigin: http://o\r\n\r\n");
  CHECK(peer.read()->headers.at("access-control-allow-origin") == "http://o");
  peer.send("GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(!peer.read()->headers.contains("access-control-allow-origin"));
  peer.send("GET /metrics HTTP/1.1\r\nHost: a\r\nOrigin: http://o\r\n\r\n");
  CHECK(!peer.read()->headers.contains("access-control-allow-origin"));
}

TEST_CASE("An answer's header cannot be split by what a client chose") {
  auto made = response{200}.header("ETag", "a\r\nSet-Cookie: b\n");
  CHECK(made.extra_headers == "ETag: a  Set-Cookie: b \r\n");
}

TEST_CASE("The error JSON escapes its message and names its code") {
  CHECK(error_response(404, "a \"b\"", 7).body ==
        R"({"status":404,"message":"a \"b\"","errorCode":32,"timestamp":7})");
  CHECK(error_response(429, "", 7).body.find("\"errorCode\":33") != std::string::npos);
  CHECK(error_response(503, "", 7).body.find("\"errorCode\":2,") != std::string::npos);
  CHECK(error_response(413, "", 7).body.find("\"errorCode\":31") != std::string::npos);
  CHECK(error_response(400, "\xff", 7).body.find("\xef\xbf\xbd") != std::string::npos);
}

TEST_CASE("The client's address, scheme and host come through trusted proxies only") {
  fixture server;
  server.app.whole = [](exchange& request) {
    request.respond({200, text_type,
                     request.client_address() + (request.secure() ? " tls " : " ") +
                         std::string{request.host()}});
  };
  const std::string text = "GET /a HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9, 1.2.3.4\r\n"
                           "X-Forwarded-Proto: https\r\nX-Forwarded-Host: b:80\r\n\r\n";
  SECTION("no proxy is trusted") {
    auto peer = server.connect();
    peer.send(text);
    CHECK(peer.read()->body == "127.0.0.1 a");
  }
  SECTION("the peer is") {
    server.options.trusted_proxies = {"127.0.0.0/8"};
    auto peer = server.connect();
    peer.send(text);
    CHECK(peer.read()->body == "1.2.3.4 tls b:80");
  }
  SECTION("and so is the one before") {
    server.options.trusted_proxies = {"127.0.0.0/8", "1.2.3.4"};
    auto peer = server.connect();
    peer.send(text);
    CHECK(peer.read()->body == "9.9.9.9 tls b:80");
  }
}
