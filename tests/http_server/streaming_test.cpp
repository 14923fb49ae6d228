// Answers made piece by piece, over real sockets.
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

using namespace muster::http;
using namespace muster::http::test;

namespace {

/// Gives `count` pieces of `size` bytes, on the reactor or from another thread, then ends.
class pieces final : public body_source {
public:
  pieces(std::size_t count, std::size_t size, bool elsewhere, bool fails, std::atomic<int>& asked)
      : count_{count}, size_{size}, elsewhere_{elsewhere}, fails_{fails}, asked_{asked} {}
  ~pieces() override {
    if (worker_.joinable())
      worker_.join();
  }

  void next(exchange_handle to) override {
    ++asked_;
    body_piece piece;
    if (count_ == 0)
      piece.what = fails_ ? body_piece::kind::failed : body_piece::kind::last;
    else
      piece.bytes.assign(size_, static_cast<char>('a' + count_-- % 26));
    if (!elsewhere_)
      return to.feed(std::move(piece));
    if (worker_.joinable())
      worker_.join();
    worker_ = std::thread{[to, piece = std::move(piece)]() mutable { to.feed(std::move(piece)); }};
  }

private:
  std::size_t count_;
  std::size_t size_;
  bool elsewhere_;
  bool fails_;
  std::atomic<int>& asked_;
  std::thread worker_;
};

struct stream_fixture : fixture {
  std::size_t count = 20;
  std::size_t size = 1000;
  bool elsewhere = false;
  bool fails = false;
  std::optional<std::uint64_t> length;
  std::atomic<int> asked = 0;
  mailbox<bool> written;

  // The server ends before what its callbacks use.
  ~stream_fixture() { server.reset(); }
  stream_fixture() {
    app.whole = [this](exchange& request) {
      response made{200, text_type, {}};
      made.source = std::make_unique<pieces>(count, size, elsewhere, fails, asked);
      made.source_length = length;
      made.on_written = [this](bool was) { written.put(was); };
      request.respond(std::move(made));
    };
  }
};

} // namespace

TEST_CASE("A streamed answer comes in chunks, and the connection goes on") {
  stream_fixture server;
  server.elsewhere = GENERATE(false, true);
  auto peer = server.connect();
  peer.send(get_a + get_a);
  for (int i = 0; i < 2; ++i) {
    const auto seen = peer.read();
    REQUIRE(seen);
    CHECK(seen->headers.at("transfer-encoding") == "chunked");
    CHECK(!seen->headers.contains("content-length"));
    CHECK(seen->body.size() == 20'000);
    CHECK(server.written.take() == true);
  }
}

TEST_CASE("An empty streamed answer is one last chunk") {
  stream_fixture server;
  server.count = 0;
  auto peer = server.connect();
  peer.send(get_a);
  const auto seen = peer.read();
  REQUIRE(seen);
  CHECK(seen->body.empty());
}

TEST_CASE("To HTTP/1.0 a streamed answer ends with the connection") {
  stream_fixture server;
  auto peer = server.connect();
  peer.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto text = peer.read_to_end();
  CHECK(text.find("Transfer-Encoding") == std::string::npos);
  CHECK(text.find("Connection: close") != std::string::npos);
  CHECK(text.size() - text.find("\r\n\r\n") - 4 == 20'000);
}

TEST_CASE("A stream that fails ends without its last chunk") {
  stream_fixture server;
  server.fails = true;
  auto peer = server.connect();
  peer.send(get_a);
  CHECK(!peer.read());
  CHECK(server.written.take() == false);
}

TEST_CASE("HEAD of a streamed answer asks for no piece") {
  stream_fixture server;
  auto peer = server.connect();
  peer.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get_a);
  const auto seen = peer.read(true);
  REQUIRE(seen);
  CHECK(seen->headers.at("transfer-encoding") == "chunked");
  CHECK(peer.read()->body.size() == 20'000);
  CHECK(server.asked == 21);
}

TEST_CASE("A slow client holds its stream back") {
  stream_fixture server;
  server.count = 1000;
  server.size = 100'000;
  auto peer = server.connect();
  peer.send(get_a);
  REQUIRE(eventually([&] { return server.asked > 0; }));
  // The kernel takes some megabytes; the other ninety are not made before they can be sent.
  int before = -1;
  CHECK(eventually([&] {
    server.pass_time(0);
    return before == std::exchange(before, server.asked.load());
  }));
  CHECK(server.asked < 500);
  CHECK(peer.read()->body.size() == 100'000'000);
}

TEST_CASE("A client that leaves takes its stream with it") {
  stream_fixture server;
  server.count = 100'000;
  server.size = 100'000;
  server.elsewhere = GENERATE(false, true);
  auto peer = server.connect();
  peer.send(get_a);
  REQUIRE(eventually([&] { return server.asked > 0; }));
  peer.reset();
  CHECK(server.written.take() == false);
  CHECK(eventually([&] { return server.server->counters().connections_open == 0; }));
}

TEST_CASE("A streamed answer of known length is sent with it, and the connection goes on") {
  stream_fixture server;
  server.length = 20'000;
  server.elsewhere = GENERATE(false, true);
  const std::string line = GENERATE("GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
                                    "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  auto peer = server.connect();
  peer.send(line + line);
  for (int i = 0; i < 2; ++i) {
    const auto seen = peer.read();
    REQUIRE(seen);
    CHECK(seen->headers.at("content-length") == "20000");
    CHECK(!seen->headers.contains("transfer-encoding"));
    CHECK(seen->body.size() == 20'000);
    CHECK(server.written.take() == true);
  }
}

TEST_CASE("A streamed answer that misses its length ends the connection") {
  stream_fixture server;
  server.length = GENERATE(19'999, 20'001);
  auto peer = server.connect();
  peer.send(get_a);
  CHECK(!peer.read());
  CHECK(server.written.take() == false);
}

TEST_CASE("HEAD of a streamed answer of known length tells it") {
  stream_fixture server;
  server.length = 20'000;
  auto peer = server.connect();
  peer.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get_a);
  CHECK(peer.read(true)->headers.at("content-length") == "20000");
  CHECK(peer.read()->body.size() == 20'000);
}
