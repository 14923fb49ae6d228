// The end of a server, over real sockets.
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

using namespace muster::http;
using namespace muster::http::test;

namespace {}

TEST_CASE("Shutting down: nothing is accepted, what is open is answered with Connection: close") {
  fixture server;
  mailbox<exchange_handle> handles;
  server.app.whole = [&](exchange& request) { handles.put(request.handle()); };
  auto running = server.connect();
  running.send(get_a);
  const auto first = handles.take();
  auto idle = server.connect();
  REQUIRE(eventually([&] { return server.server->counters().connections_open == 2; }));
  server.server->begin_shutdown();
  CHECK(server.server->stopping());
  CHECK(eventually([&] {
    try {
      client late{*server.server->port()};
      // A connection lost between kernel and close is noticed by its client when it sends.
      late.send(get_a);
      return late.ended();
    } catch (const std::runtime_error&) {
      return true;
    }
  }));
  idle.send(get_a);
  const auto second = handles.take();
  REQUIRE((first && second));
  std::thread stopping{[&] { server.server->stop(60'000); }};
  answer(*first, 200, "ran");
  const auto seen = running.read();
  REQUIRE(seen);
  CHECK(seen->body == "ran");
  CHECK(seen->headers.at("connection") == "close");
  answer(*second, 503);
  CHECK(idle.read()->headers.at("connection") == "close");
  // Once all are answered the grace is not waited for.
  stopping.join();
  CHECK_THROWS(client{*server.server->port()});
}

TEST_CASE("Connections between two requests can be closed, others go on") {
  fixture server;
  mailbox<exchange_handle> handles;
  server.app.whole = [&](exchange& request) { handles.put(request.handle()); };
  auto running = server.connect();
  running.send(get_a);
  const auto first = handles.take();
  auto idle = server.connect();
  REQUIRE(eventually([&] { return server.server->counters().connections_open == 2; }));
  server.server->close_idle();
  CHECK(idle.ended());
  REQUIRE(first);
  answer(*first, 200, "ran");
  const auto seen = running.read();
  REQUIRE(seen);
  CHECK(seen->body == "ran");
}

TEST_CASE("What is not answered within the grace ends with its connection") {
  fixture server;
  mailbox<std::string> gone;
  mailbox<int> parked;
  server.app.whole = [&](exchange& request) {
    request.park([&] { gone.put("gone"); });
    parked.put(1);
  };
  auto peer = server.connect();
  peer.send(get_a);
  REQUIRE(parked.take());
  server.server->stop(1);
  CHECK(gone.take() == "gone");
  CHECK(peer.ended());
}

TEST_CASE("A server that never started or that nobody stopped ends by itself") {
  {
    fixture server;
    auto made = server::create(server.options, server.app, server.clock);
    REQUIRE(made);
  }
  fixture server;
  auto peer = server.connect();
  peer.send(get_a);
  REQUIRE(peer.read());
}

TEST_CASE("Work posted after the end is dropped") {
  fixture server;
  server.start();
  server.server->stop(0);
  bool ran = false;
  run_on(server.server->reactor_at(0), [&] { ran = true; });
  CHECK(!ran);
}

TEST_CASE("Wrong options and a taken port are refused in words") {
  fixture server;
  server.start();
  auto second = server.options;
  second.port = *server.server->port();
  const auto made = server::create(second, server.app, server.clock);
  REQUIRE(!made);
  CHECK(made.error().message.find("cannot listen on 127.0.0.1") != std::string::npos);
  second.address = "localhost";
  CHECK(second.validate()->find("http.address") == 0);
  second = server.options;
  second.port.reset();
  CHECK(second.validate()->find("http.port") == 0);
  second = server.options;
  second.tls.certificate = "a";
  CHECK(second.validate()->find("http.tls.cert") == 0);
  second = server.options;
  second.tls.port = 1;
  CHECK(second.validate()->find("http.tls.port") == 0);
  second = server.options;
  second.trusted_proxies = {"10.0.0.0/33"};
  CHECK(second.validate()->find("http.trusted_proxies") == 0);
  second = server.options;
  second.idle_timeout = 0;
  CHECK(second.validate()->find("http.idle_timeout") == 0);
  second = server.options;
  second.max_connections = 0;
  CHECK(second.validate()->find("http.max_connections") == 0);
  second = server.options;
  second.threads = 257;
  CHECK(second.validate()->find("http.threads") == 0);
  CHECK(!server_options{}.validate());
}
