// Limits, deadlines and back-pressure, over real sockets and with a clock that only the test moves.
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

using namespace muster::http;
using namespace muster::http::test;

namespace {

std::string post(std::size_t length, const std::string& more = {}) {
  return "POST /a HTTP/1.1\r\nHost: a\r\n" + more + "Content-Length: " + std::to_string(length) +
         "\r\n\r\n";
}

std::string chunk(std::size_t length) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", length);
  return size + std::string(length, 'x') + "\r\n";
}

const std::string chunked_head =
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
} // namespace

TEST_CASE("A length over the limit is 413 at the head, without 100 Continue") {
  fixture server;
  server.app.head = [](exchange& request) {
    auto wrong = request.check_body(1000, true);
    return wrong ? verdict::refuse(std::move(*wrong)) : verdict::accept(1000);
  };
  auto peer = server.connect();
  peer.send(post(1001, "Expect: 100-continue\r\n"));
  const auto seen = peer.read();
  REQUIRE(seen);
  CHECK(seen->status == 413);
  CHECK(seen->headers.at("connection") == "close");
}

TEST_CASE("A refused body up to 64 KiB is read and dropped, and the connection goes on") {
  fixture server;
  server.app.head = [](exchange& request) {
    return request.method() == method::get ? verdict::accept(0) : verdict::refuse(response{401});
  };
  auto peer = server.connect();
  peer.send(post(65'536));
  CHECK(peer.read()->status == 401);
  peer.send(std::string(65'536, 'x'));
  peer.send(get_a);
  CHECK(peer.read()->status == 200);
}

TEST_CASE("A refused body over 64 KiB, or in chunks, ends the connection, after the answer") {
  fixture server;
  server.app.head = [](exchange&) { return verdict::refuse(response{401}); };
  auto peer = server.connect();
  SECTION("by length") {
    peer.send(post(10'000'000));
    peer.send(std::string(300'000, 'x'));
    const auto seen = peer.read();
    REQUIRE(seen);
    CHECK(seen->status == 401);
    CHECK(seen->headers.at("connection") == "close");
  }
  SECTION("in chunks") {
    peer.send(chunked_head + chunk(10));
    const auto seen = peer.read();
    REQUIRE(seen);
    CHECK(seen->status == 401);
    CHECK(seen->headers.at("connection") == "close");
  }
  CHECK(peer.ended());
  CHECK(server.server->counters().body_memory_used == 0);
}

TEST_CASE("Decoded bytes of chunks count for the limit, not their framing") {
  fixture server;
  server.app.head = [](exchange&) { return verdict::accept(1000); };
  auto peer = server.connect();
  std::string small = chunked_head;
  for (int i = 0; i < 1000; ++i)
    small += "1;extension=1\r\nx\r\n";
  peer.send(small + "0\r\n\r\n");
  CHECK(peer.read()->status == 200);
  peer.send(chunked_head + chunk(600) + chunk(401));
  const auto seen = peer.read();
  REQUIRE(seen);
  CHECK(seen->status == 413);
  CHECK(seen->headers.at("connection") == "close");
  CHECK(peer.ended());
}

TEST_CASE("A missing body is told from an empty one") {
  fixture server;
  server.app.head = [](exchange& request) {
    auto wrong = request.check_body(1000, true);
    return wrong ? verdict::refuse(std::move(*wrong)) : verdict::accept(1000);
  };
  auto peer = server.connect();
  peer.send("POST /a HTTP/1.1\r\nHost: a\r\n\r\n" + post(0) + chunked_head + "0\r\n\r\n");
  CHECK(peer.read()->status == 400);
  CHECK(peer.read()->status == 400);
  CHECK(peer.read()->status == 200);
}

TEST_CASE("A head that takes too long is 408 and the end") {
  fixture server;
  server.options.head_timeout = 1000;
  auto peer = server.connect();
  peer.send("GET /a HTTP/1.1\r\n");
  REQUIRE(server.has_read(17));
  server.pass_time(900);
  peer.send("Host: a\r\n");
  REQUIRE(server.has_read(26));
  CHECK(!peer.has_bytes());
  // Bytes that trickle in do not move the deadline.
  server.pass_time(100);
  const auto seen = peer.read();
  REQUIRE(seen);
  CHECK(seen->status == 408);
  CHECK(seen->headers.at("connection") == "close");
  CHECK(peer.ended());
}

TEST_CASE("A body without 64 KiB of progress in time is 408 and the end") {
  fixture server;
  server.options.body_timeout = 1000;
  auto peer = server.connect();
  peer.send(post(200'000));
  auto sent = std::uint64_t{post(200'000).size()};
  const auto more = [&](std::size_t count) {
    peer.send(std::string(count, 'x'));
    REQUIRE(server.has_read(sent += count));
    // A read is settled once work posted after it has run.
    server.pass_time(0);
  };
  more(1000);
  server.pass_time(900);
  more(65'536);
  server.pass_time(900);
  CHECK(!peer.has_bytes());
  more(60'000);
  server.pass_time(100);
  const auto seen = peer.read();
  REQUIRE(seen);
  CHECK(seen->status == 408);
  CHECK(peer.ended());
  CHECK(server.server->counters().body_memory_used == 0);
}

TEST_CASE("An idle connection ends without a word") {
  fixture server;
  server.options.idle_timeout = 1000;
  auto never_used = server.connect();
  auto used = server.connect();
  used.send(get_a);
  REQUIRE(used.read());
  server.pass_time(999);
  used.send(get_a);
  REQUIRE(used.read());
  server.pass_time(1);
  CHECK(never_used.ended());
  CHECK(!used.has_bytes());
  server.pass_time(999);
  CHECK(used.ended());
}

TEST_CASE("A client that does not take its answer is left behind") {
  fixture server;
  server.options.write_timeout = 1000;
  mailbox<bool> written;
  server.app.whole = [&](exchange& request) {
    response large{200, text_type, std::string(50'000'000, 'x')};
    large.on_written = [&](bool was) { written.put(was); };
    request.respond(std::move(large));
  };
  auto peer = server.connect();
  peer.send(get_a);
  REQUIRE(eventually([&] { return server.server->counters().bytes_out > 0; }));
  server.pass_time(999);
  CHECK(written.empty());
  // What the kernel still took counts as progress, so the end comes once it takes nothing more.
  for (int i = 0; i < 100 && written.empty(); ++i)
    server.pass_time(1000);
  CHECK(written.take() == false);
  CHECK(eventually([&] { return server.server->counters().connections_open == 0; }));
}

TEST_CASE("A parked exchange and a running one have no deadline") {
  fixture server;
  mailbox<exchange_handle> handles;
  server.app.whole = [&](exchange& request) {
    if (request.path() == "/park")
      request.park([] {});
    handles.put(request.handle());
  };
  auto parked = server.connect();
  parked.send("GET /park HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto first = handles.take();
  auto running = server.connect();
  running.send(get_a);
  const auto second = handles.take();
  REQUIRE((first && second));
  server.pass_time(1'000'000'000);
  answer(*first, 200, "late");
  answer(*second, 200, "late");
  CHECK(parked.read()->body == "late");
  CHECK(running.read()->body == "late");
}

TEST_CASE("Connections beyond the limit are closed at once and counted") {
  fixture server;
  server.options.max_connections = 2;
  auto first = server.connect();
  auto second = server.connect();
  REQUIRE(eventually([&] { return server.server->counters().connections_open == 2; }));
  auto third = server.connect();
  CHECK(third.ended());
  CHECK(server.server->counters().connections_refused == 1);
  first.close();
  REQUIRE(eventually([&] { return server.server->counters().connections_open == 1; }));
  auto fourth = server.connect();
  fourth.send(get_a);
  CHECK(fourth.read()->status == 200);
}

TEST_CASE("Large bodies wait for their share of memory, small ones do not") {
  fixture server;
  server.options.body_memory = 200'000;
  server.app.head = [](exchange&) { return verdict::accept(10'000'000); };
  auto first = server.connect();
  first.send(post(150'000) + std::string(1000, 'x'));
  REQUIRE(eventually([&] { return server.server->counters().body_memory_used == 150'000; }));
  auto beyond = server.connect();
  // The first in line gets what it needs, whatever it is.
  beyond.send(post(1'000'000) + std::string(1000, 'x'));
  REQUIRE(eventually([&] { return server.server->counters().body_memory_used == 1'150'000; }));
  auto waiting = server.connect();
  waiting.send(post(100'000, "Expect: 100-continue\r\n"));
  auto small = server.connect();
  small.send(post(65'536) + std::string(65'536, 'y'));
  CHECK(small.read()->status == 200);
  CHECK(!waiting.has_bytes());
  // A body that waits for memory is not late.
  server.pass_time(1000);
  beyond.send(std::string(999'000, 'x'));
  CHECK(beyond.read()->status == 200);
  CHECK(waiting.read_bytes(25) == "HTTP/1.1 100 Continue\r\n\r\n");
  waiting.send(std::string(100'000, 'z'));
  CHECK(waiting.read()->body.size() == 8 + 100'000);
  first.send(std::string(149'000, 'x'));
  CHECK(first.read()->status == 200);
  CHECK(eventually([&] { return server.server->counters().body_memory_used == 0; }));
}

TEST_CASE("Chunked bodies reserve as they grow, and one that has gone gives back") {
  fixture server;
  server.options.body_memory = 300'000;
  server.app.head = [](exchange&) { return verdict::accept(10'000'000); };
  auto first = server.connect();
  first.send(chunked_head + chunk(60'000));
  REQUIRE(server.has_read(60'000));
  CHECK(server.server->counters().body_memory_used == 0);
  first.send(chunk(60'000));
  REQUIRE(eventually([&] { return server.server->counters().body_memory_used > 120'000; }));
  first.close();
  CHECK(eventually([&] { return server.server->counters().body_memory_used == 0; }));
}
