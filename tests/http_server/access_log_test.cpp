// The access log tells who asked for what, and never a token.
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

using namespace muster::http;
using namespace muster::http::test;

namespace {

std::string logged(bool on) {
  std::ostringstream text;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text)));
  {
    fixture server;
    server.options.access_log = on;
    server.app.head = [](exchange& request) {
      return request.path() == "/api/v1" ? verdict::refuse(response{404}) : verdict::accept();
    };
    auto peer = server.connect();
    for (const std::string target :
         {"/api/v1/SECRET/telemetry?secret=SECRET", "/api/v1/SECRET", "/api/v1", "/api/device"}) {
      peer.send("GET " + target + " HTTP/1.1\r\nHost: a\r\nX-Authorization: SECRET\r\n\r\n");
      REQUIRE(peer.read());
    }
  }
  spdlog::set_default_logger(before);
  return text.str();
}

} // namespace

TEST_CASE("The access log masks tokens") {
  const auto text = logged(true);
  CHECK(text.find("127.0.0.1 GET /api/v1/***/telemetry 200") != std::string::npos);
  CHECK(text.find("127.0.0.1 GET /api/v1/*** 200") != std::string::npos);
  CHECK(text.find("127.0.0.1 GET /api/v1 404") != std::string::npos);
  CHECK(text.find("127.0.0.1 GET /api/device 200") != std::string::npos);
  CHECK(text.find("SECRET") == std::string::npos);
}

TEST_CASE("The access log is off unless asked for") {
  CHECK(logged(false).empty());
}
