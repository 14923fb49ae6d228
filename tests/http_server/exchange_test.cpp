// Answers that come later, from elsewhere, or too late, over real sockets.
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

using namespace muster::http;
using namespace muster::http::test;

namespace {

/// Keeps every whole request unanswered and hands out its handle.
struct late_fixture : fixture {
  mailbox<exchange_handle> handles;
  mailbox<std::string> gone;

  // The server ends before what its callbacks use.
  ~late_fixture() { server.reset(); }
  late_fixture() {
    app.whole = [this](exchange& request) {
      if (request.path().starts_with("/park"))
        request.park([this, path = std::string{request.path()}] { gone.put(path); });
      handles.put(request.handle());
    };
  }
};

std::string get_path(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

class noted final : public exchange_context {
public:
  explicit noted(std::string text) : note{std::move(text)} {}
  std::string note;
};

} // namespace

TEST_CASE("Pipelined requests are carried out one after the other, not only answered so") {
  late_fixture server;
  auto peer = server.connect();
  peer.send(get_path("/1") + get_path("/2") + get_path("/3"));
  for (const std::string body : {"one", "two", "three"}) {
    const auto handle = server.handles.take();
    REQUIRE(handle);
    // A round trip through the reactor: had it begun another one, its handle would be here.
    server.pass_time(0);
    CHECK(server.handles.empty());
    answer(*handle, 200, body);
    CHECK(peer.read()->body == body);
  }
}

TEST_CASE("A handle answers once, and reports what became of the answer") {
  late_fixture server;
  auto peer = server.connect();
  peer.send(get_a);
  const auto handle = server.handles.take();
  REQUIRE(handle);
  mailbox<bool> written;
  const auto report = [&](bool was) { written.put(was); };
  answer(*handle, 200, "first", report);
  answer(*handle, 500, "second", report);
  CHECK(peer.read()->body == "first");
  std::vector<bool> seen{*written.take(), *written.take()};
  CHECK(std::count(seen.begin(), seen.end(), true) == 1);
  peer.send(get_a);
  REQUIRE(server.handles.take());
  // The old handle does not reach the new exchange of the same connection.
  mailbox<bool> reached;
  run_on(handle->owner(), [&] { reached.put(handle->respond(response{500}) || handle->alive()); });
  CHECK(reached.take() == false);
  CHECK(!peer.has_bytes());
}

TEST_CASE("An answer never reaches the connection that got the descriptor of one that has gone") {
  late_fixture server;
  auto first = server.connect();
  first.send(get_path("/park"));
  const auto old = server.handles.take();
  REQUIRE(old);
  first.reset();
  CHECK(server.gone.take() == "/park");
  REQUIRE(eventually([&] { return server.server->counters().connections_open == 0; }));
  // The slot is free once the turn that closed the connection has ended.
  server.pass_time(0);
  auto second = server.connect();
  second.send(get_a);
  const auto fresh = server.handles.take();
  REQUIRE(fresh);
  CHECK(fresh->slot() == old->slot());
  mailbox<bool> written;
  answer(*old, 200, "for the first", [&](bool was) { written.put(was); });
  CHECK(written.take() == false);
  answer(*fresh, 200, "for the second");
  CHECK(second.read()->body == "for the second");
}

TEST_CASE("A parked exchange ends with FIN or RST of its client, also behind further bytes") {
  late_fixture server;
  auto peer = server.connect();
  SECTION("FIN") {
    peer.send(get_path("/park"));
    REQUIRE(server.handles.take());
    peer.half_close();
  }
  SECTION("RST") {
    peer.send(get_path("/park"));
    REQUIRE(server.handles.take());
    peer.reset();
  }
  SECTION("FIN that comes with the request") {
    peer.send(get_path("/park"));
    peer.half_close();
    REQUIRE(server.handles.take());
  }
  SECTION("FIN behind bytes of the next request") {
    peer.send(get_path("/park"));
    REQUIRE(server.handles.take());
    peer.send("GET /b HTTP/1.1\r\n");
    server.pass_time(0);
    peer.half_close();
  }
  CHECK(server.gone.take() == "/park");
  CHECK(eventually([&] { return server.server->counters().connections_open == 0; }));
  CHECK(server.server->counters().parked == 0);
}

TEST_CASE("A parked exchange that is answered is not gone, and its connection goes on") {
  late_fixture server;
  auto peer = server.connect();
  peer.send(get_path("/park") + get_path("/next"));
  const auto handle = server.handles.take();
  REQUIRE(handle);
  CHECK(server.server->counters().parked == 1);
  answer(*handle, 408);
  CHECK(peer.read()->status == 408);
  const auto next = server.handles.take();
  REQUIRE(next);
  answer(*next, 200, "next");
  CHECK(peer.read()->body == "next");
  peer.close();
  REQUIRE(eventually([&] { return server.server->counters().connections_open == 0; }));
  CHECK(server.gone.empty());
  CHECK(server.server->counters().parked == 0);
}

TEST_CASE("A whole request of a half-closed client is answered, however late") {
  late_fixture server;
  auto peer = server.connect();
  peer.send(get_a);
  peer.half_close();
  const auto handle = server.handles.take();
  REQUIRE(handle);
  server.pass_time(100'000);
  answer(*handle, 200, "late");
  CHECK(peer.read()->body == "late");
  CHECK(peer.ended());
}

TEST_CASE("An answer to a reset connection is reported as not written") {
  late_fixture server;
  auto peer = server.connect();
  peer.send(get_a);
  const auto handle = server.handles.take();
  REQUIRE(handle);
  peer.reset();
  REQUIRE(eventually([&] { return server.server->counters().connections_open == 0; }));
  mailbox<bool> written;
  answer(*handle, 200, "late", [&](bool was) { written.put(was); });
  CHECK(written.take() == false);
}

TEST_CASE("Many answers given in one piece of work leave with one report each") {
  late_fixture server;
  std::vector<client> peers;
  std::vector<exchange_handle> handles;
  for (int i = 0; i < 50; ++i) {
    peers.push_back(server.connect());
    peers.back().send(get_a);
    handles.push_back(*server.handles.take());
  }
  std::atomic<int> written = 0;
  run_on(handles.front().owner(), [&] {
    for (std::size_t i = 0; i < handles.size(); ++i) {
      response made{200, text_type, std::to_string(i)};
      made.on_written = [&](bool was) { written += was; };
      handles[i].respond(std::move(made));
    }
  });
  for (std::size_t i = 0; i < peers.size(); ++i)
    CHECK(peers[i].read()->body == std::to_string(i));
  CHECK(eventually([&] { return written == 50; }));
}

TEST_CASE("A head can wait for its verdict, with its body unread") {
  fixture server;
  mailbox<exchange_handle> handles;
  server.app.head = [&](exchange& request) {
    request.context() = std::make_unique<noted>("head");
    handles.put(request.handle());
    return verdict::wait();
  };
  server.app.whole = [](exchange& request) {
    auto& note = static_cast<noted&>(*request.context()).note;
    request.respond({200, text_type, note + "|" + request.take_body()});
  };
  auto peer = server.connect();
  const std::string text = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n";
  peer.send(text + std::string(1000, 'x'));
  const auto handle = handles.take();
  REQUIRE(handle);
  CHECK(server.server->counters().body_memory_used == 0);
  SECTION("accepted, with another context") {
    handle->resume(verdict::accept(300'000), std::make_unique<noted>("resumed"));
    // The second one comes too late to count.
    handle->resume(verdict::refuse(response{401}));
    peer.send(std::string(299'000, 'x'));
    CHECK(peer.read()->body == "resumed|" + std::string(300'000, 'x'));
  }
  SECTION("refused") {
    handle->resume(verdict::refuse(response{401}));
    const auto seen = peer.read();
    REQUIRE(seen);
    CHECK(seen->status == 401);
    CHECK(seen->headers.at("connection") == "close");
  }
  SECTION("accepted with too small a limit") {
    handle->resume(verdict::accept(1000));
    CHECK(peer.read()->status == 413);
  }
  SECTION("answered directly") {
    answer(*handle, 503);
    CHECK(peer.read()->status == 503);
  }
}

TEST_CASE("A waiting head without a body is delivered as soon as it is accepted") {
  fixture server;
  mailbox<exchange_handle> handles;
  server.app.head = [&](exchange& request) {
    handles.put(request.handle());
    return verdict::wait();
  };
  auto peer = server.connect();
  peer.send(get_a + get_a);
  for (int i = 0; i < 2; ++i) {
    const auto handle = handles.take();
    REQUIRE(handle);
    handle->resume(verdict::accept());
    CHECK(peer.read()->body == "GET /a|");
  }
}

TEST_CASE("The context stays until the answer, and goes with the connection") {
  late_fixture server;
  class counted final : public exchange_context {
  public:
    explicit counted(std::atomic<int>& alive) : alive_{alive} { ++alive_; }
    ~counted() override { --alive_; }

  private:
    std::atomic<int>& alive_;
  };
  std::atomic<int> alive = 0;
  server.app.head = [&](exchange& request) {
    request.context() = std::make_unique<counted>(alive);
    return verdict::accept();
  };
  auto peer = server.connect();
  peer.send(get_a);
  const auto handle = server.handles.take();
  REQUIRE(handle);
  CHECK(alive == 1);
  answer(*handle, 200);
  REQUIRE(peer.read());
  CHECK(eventually([&] { return alive == 0; }));
  peer.send(get_path("/park"));
  REQUIRE(server.handles.take());
  peer.reset();
  CHECK(eventually([&] { return alive == 0; }));
}

TEST_CASE("A context may give the answer from its own member function") {
  fixture server;
  class answering final : public exchange_context {
  public:
    explicit answering(exchange_handle to) : to_{to} {}
    void answer() {
      to_.respond({200, text_type, "from within"});
      // Still here: the answer did not destroy it.
      CHECK(!to_.alive());
    }

  private:
    exchange_handle to_;
  };
  server.app.whole = [](exchange& request) {
    auto context = std::make_unique<answering>(request.handle());
    auto* const raw = context.get();
    request.context() = std::move(context);
    run_on(request.reactor(), [raw] { raw->answer(); });
  };
  auto peer = server.connect();
  peer.send(get_a);
  CHECK(peer.read()->body == "from within");
}

TEST_CASE("Large answers arrive whole, owned and static, plain and pipelined") {
  fixture server;
  static const std::string fixed(3'000'000, 's');
  server.app.whole = [](exchange& request) {
    response made{200, text_type, {}};
    if (request.path() == "/static")
      made.static_body = fixed;
    else
      made.body = std::string(2'000'000, 'o');
    request.respond(std::move(made));
  };
  auto peer = server.connect();
  for (int i = 0; i < 3; ++i)
    peer.send(get_path("/static") + get_path("/owned"));
  for (int i = 0; i < 3; ++i) {
    CHECK(peer.read()->body == fixed);
    CHECK(peer.read()->body == std::string(2'000'000, 'o'));
  }
}

TEST_CASE(
    "A client that half-closes in the middle of its next request still gets the answers due") {
  fixture server;
  server.app.whole = [](exchange& request) {
    request.respond({200, text_type, std::string(20'000'000, 'o')});
  };
  auto peer = server.connect();
  peer.send(get_a + "GET /b HT");
  peer.half_close();
  CHECK(peer.read()->body.size() == 20'000'000);
  CHECK(peer.ended());
}

TEST_CASE("An exception of the application ends that connection alone") {
  fixture server;
  server.app.whole = [](exchange& request) {
    if (request.path() == "/bad")
      throw std::runtime_error("on purpose");
    request.respond(response{200});
  };
  auto other = server.connect();
  auto peer = server.connect();
  peer.send(get_path("/bad"));
  CHECK(peer.ended());
  other.send(get_a);
  CHECK(other.read()->status == 200);
}
