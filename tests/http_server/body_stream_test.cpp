// Bodies that the application takes piece by piece, over real sockets.
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

#include <memory>

using namespace muster::http;
using namespace muster::http::test;

namespace {

struct upload_fixture : fixture {
  /// Handles of the pieces given, in order; empty when the fixture takes them by itself.
  mailbox<exchange_handle> given;
  bool hold = false;
  std::uint64_t limit = std::uint64_t{1} << 30;
  // On the reactor's thread.
  std::string body;
  std::size_t longest = 0;
  mailbox<bool> gone;

  /// What ends with its exchange.
  class watcher final : public exchange_context {
  public:
    explicit watcher(mailbox<bool>& gone) : gone_{gone} {}
    ~watcher() override { gone_.put(true); }

  private:
    mailbox<bool>& gone_;
  };

  // The server ends before what its callbacks use.
  ~upload_fixture() { server.reset(); }
  upload_fixture() {
    app.head = [this](exchange& request) {
      request.context() = std::make_unique<watcher>(gone);
      return verdict::stream(limit);
    };
    app.piece = [this](exchange& request, std::string bytes) {
      longest = std::max(longest, bytes.size());
      body += bytes;
      if (hold)
        given.put(request.handle());
      else
        request.handle().take_more();
    };
    app.whole = [this](exchange& request) {
      request.respond({200, text_type, std::to_string(body.size()) + std::string{request.body()}});
    };
  }
};

std::string head(const std::string& framing) {
  return "POST /a HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n";
}

std::string text_of(std::size_t size) {
  std::string made(size, ' ');
  for (std::size_t i = 0; i < size; ++i)
    made[i] = static_cast<char>('a' + i * 7 % 26);
  return made;
}

} // namespace

TEST_CASE("A streamed body comes whole, in pieces of about 64 KiB") {
  upload_fixture server;
  auto peer = server.connect();
  const auto sent = text_of(1'000'000);
  peer.send(head("Content-Length: 1000000") + sent);
  const auto seen = peer.read();
  REQUIRE(seen);
  CHECK(seen->body == "1000000");
  CHECK(server.body == sent);
  CHECK(server.longest < 160 * 1024);
}

TEST_CASE("A streamed body in chunks, a short one, and the next request behind them") {
  upload_fixture server;
  auto peer = server.connect();
  peer.send(head("Transfer-Encoding: chunked") + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" +
            head("Content-Length: 2") + "fg" + head("Content-Length: 0") + "GET /b HTTP/1.1\r\n" +
            "Host: a\r\n\r\n");
  CHECK(peer.read()->body == "5");
  CHECK(peer.read()->body == "7");
  CHECK(peer.read()->body == "7");
  CHECK(peer.read()->body == "7");
  CHECK(server.body == "abcdefg");
}

TEST_CASE("Nothing more of a body is read while a piece is dealt with") {
  upload_fixture server;
  server.hold = true;
  auto peer = server.connect();
  // Beyond what the kernel takes for the two sockets.
  const auto sent = text_of(40'000'000);
  std::thread sender{[&] { peer.send(head("Content-Length: 40000000") + sent); }};
  auto first = server.given.take();
  REQUIRE(first);
  const auto before = server.server->counters().bytes_in;
  CHECK(before < 1'000'000);
  server.pass_time(100'000);
  CHECK(server.server->counters().bytes_in == before);
  for (auto next = first; next; next = server.given.take()) {
    next->take_more();
    if (server.app.served != 0)
      break;
    if (eventually([&] { return !server.given.empty() || server.app.served != 0; }) &&
        server.app.served != 0)
      break;
  }
  sender.join();
  CHECK(peer.read()->body == "40000000");
  CHECK(server.longest < 200 * 1024);
}

TEST_CASE("100 Continue comes before a streamed body, 413 instead of it") {
  upload_fixture server;
  server.limit = 1000;
  auto peer = server.connect();
  peer.send(head("Content-Length: 1000\r\nExpect: 100-continue"));
  CHECK(peer.read_bytes(25) == "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send(text_of(1000));
  CHECK(peer.read()->body == "1000");
  peer.send(head("Content-Length: 1001\r\nExpect: 100-continue"));
  CHECK(peer.read()->status == 413);
}

TEST_CASE("A streamed body in chunks ends at its limit") {
  upload_fixture server;
  server.limit = 1000;
  auto peer = server.connect();
  peer.send(head("Transfer-Encoding: chunked") + "3e9\r\n" + text_of(1001));
  CHECK(peer.read()->status == 413);
  CHECK(server.gone.take());
  CHECK(server.app.served == 0);
}

TEST_CASE("A client that leaves in the middle of a streamed body ends its exchange") {
  upload_fixture server;
  server.hold = GENERATE(false, true);
  auto peer = server.connect();
  peer.send(head("Content-Length: 1000000") + text_of(300'000));
  if (server.hold)
    REQUIRE(server.given.take());
  else
    REQUIRE(server.has_read(300'000));
  peer.reset();
  CHECK(server.gone.take());
  CHECK(server.app.served == 0);
}

TEST_CASE("A streamed body without progress ends with 408") {
  upload_fixture server;
  auto peer = server.connect();
  const auto start = head("Content-Length: 1000000") + text_of(100);
  peer.send(start);
  REQUIRE(server.has_read(start.size()));
  CHECK(eventually([&] {
    server.pass_time(31'000);
    return !server.gone.empty();
  }));
  CHECK(peer.read()->status == 408);
  CHECK(server.app.served == 0);
}

TEST_CASE("An answer in the middle of a streamed body ends it") {
  upload_fixture server;
  server.app.piece = [](exchange& request, std::string) { request.respond(response{503}); };
  auto peer = server.connect();
  peer.send(head("Content-Length: 1000000") + text_of(200'000));
  const auto seen = peer.read();
  REQUIRE(seen);
  CHECK(seen->status == 503);
  CHECK(seen->headers.at("connection") == "close");
  CHECK(server.app.served == 0);
}

TEST_CASE("Streamed bodies take 64 KiB of the budget, whatever their length") {
  upload_fixture server;
  server.hold = true;
  server.options.body_memory = 128 * 1024;
  auto first = server.connect();
  auto second = server.connect();
  auto third = server.connect();
  for (auto* peer : {&first, &second, &third})
    peer->send(head("Content-Length: 300000") + text_of(100'000));
  // The third is the one that may go beyond.
  CHECK(server.given.take());
  CHECK(server.given.take());
  CHECK(server.given.take());
}
