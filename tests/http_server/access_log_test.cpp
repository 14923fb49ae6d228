// The access log tells who asked for what, and never a token.
#include "http/server/logged_path.hpp"
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

TEST_CASE("A path is logged without what may be a token, however it is spelt") {
  for (const std::string path :
       {"/%61pi/v1/SECRET/telemetry", "/api/%76%31/SECRET/telemetry", "//api/v1/SECRET/telemetry",
        "/api/v1//SECRET/telemetry", "/API/v1/SECRET/telemetry", "/api/v1;/SECRET/telemetry",
        "/api/v1/SECRET/SECRET", "/api/device/../v1/SECRET/rpc", "/SECRET", "/api/device/SECRET",
        "/api/v1/%53ECRET;SECRET", "/api/V1/SECRET/attributes"}) {
    CAPTURE(path);
    CHECK(logged_path(path).find("ECRET") == std::string::npos);
  }
  const std::string id = "784f394c-42b6-435a-983c-b7beff2784f9";
  CHECK(logged_path("/api/v1/telemetry/telemetry") == "/api/v1/***/telemetry");
  CHECK(logged_path("/api/v1/" + id + "/rpc/7") == "/api/v1/***/rpc/***");
  CHECK(logged_path("//api/v1/" + id + "/rpc") == "//api/v1/***/rpc");
}

TEST_CASE("A path of the application API is logged whole") {
  const std::string id = "784f394c-42b6-435a-983c-b7beff2784f9";
  for (const std::string path :
       {"/", "/metrics", "/health/live", "/api/auth/login", "/api/tenant/devices",
        "/api/plugins/telemetry/DEVICE/784f394c-42b6-435a-983c-b7beff2784f9/values/timeseries/"
        "history"}) {
    CHECK(logged_path(path) == path);
  }
  CHECK(logged_path("/api/device/" + id + "/credentials") == "/api/device/" + id + "/credentials");
}
