// Real connections over loopback, and real processes that are killed.
#include "actors/cluster/wire/codec.hpp"
#include "tests/actors_cluster_links/caf_node.hpp"
#include "tests/catch.hpp"

#include <netinet/in.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace muster {

namespace test {

std::string caf_node::wire_bytes(const command& what) {
  return wire::encode(what, {});
}

} // namespace test

namespace {

using test::caf_node;
using test::eventually;
using test::node_options;

void introduce(caf_node& one, caf_node& other) {
  one.peers->set_peers({other.address()});
  other.peers->set_peers({one.address()});
}

/// Certificates of two authorities, gone with the object.
class certificates {
public:
  certificates() {
    auto made = (std::filesystem::temp_directory_path() / "muster-links-XXXXXX").string();
    REQUIRE(::mkdtemp(made.data()) != nullptr);
    folder_ = made;
    for (const std::string authority : {"ours", "foreign"}) {
      run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" +
          authority + " -keyout " + file(authority + "-ca.key") + " -out " +
          file(authority + "-ca.pem"));
      run("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=node -keyout " +
          file(authority + ".key") + " -out " + file(authority + ".csr"));
      run("x509 -req -days 2 -in " + file(authority + ".csr") + " -CA " +
          file(authority + "-ca.pem") + " -CAkey " + file(authority + "-ca.key") +
          " -CAcreateserial -out " + file(authority + ".pem"));
    }
  }
  ~certificates() { std::filesystem::remove_all(folder_); }

  caf_transport_options options(const std::string& id, const std::string& authority) const {
    caf_transport_options made = node_options(id);
    made.certificate = file(authority + ".pem");
    made.key = file(authority + ".key");
    made.authority = file(authority + "-ca.pem");
    return made;
  }
  std::string file(const std::string& name) const { return folder_ / name; }

private:
  static void run(const std::string& line) {
    REQUIRE(std::system(("openssl " + line + " 2>/dev/null >/dev/null").c_str()) == 0);
  }

  std::filesystem::path folder_;
};

/// A node in a process of its own.
class child_node {
public:
  child_node(const std::string& id, const peer_address& peer, std::uint16_t port = 0) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    // No thread of ours is left from earlier tests: CAF's end with their nodes.
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      live(id, peer, port, ready[1]);
    }
    ::close(ready[1]);
    std::uint16_t told = 0;
    REQUIRE(::read(ready[0], &told, sizeof told) == sizeof told);
    ::close(ready[0]);
    address = {{id, 1}, "127.0.0.1", told};
  }
  ~child_node() { kill(); }

  void kill() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
      child_ = 0;
    }
  }
  void freeze() const { ::kill(child_, SIGSTOP); }

  peer_address address;

private:
  [[noreturn]] static void live(const std::string& id, const peer_address& peer, std::uint16_t port,
                                int ready) {
    spdlog::set_level(spdlog::level::off);
    caf_transport_options options = node_options(id);
    options.port = port;
    caf_node node(options);
    node.peers->set_peers({peer});
    if (::write(ready, &node.port, sizeof node.port) != sizeof node.port) {
      std::_Exit(1);
    }
    while (true) {
      ::pause();
    }
  }

  pid_t child_ = 0;
};

/// What is logged while it lives.
class log_watch {
public:
  log_watch() { spdlog::default_logger()->sinks().push_back(lines_); }
  ~log_watch() { spdlog::default_logger()->sinks().pop_back(); }

  /// Waits for a line with that text.
  bool has(const std::string& text) const {
    return eventually([&] {
      const auto lines = lines_->last_formatted();
      return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.find(text) != std::string::npos;
      });
    });
  }

private:
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> lines_ =
      std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(64);
};

/// Connects, says something that is no TLS, or nothing, and goes.
void disturb(std::uint16_t port, const std::string& words) {
  const int stranger = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(stranger, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  if (!words.empty()) {
    REQUIRE(::write(stranger, words.data(), words.size()) > 0);
  }
  ::close(stranger);
}

/// A port that is free now, for a node whose peers must know it beforehand.
std::uint16_t free_port() {
  caf_node node(node_options("probe"));
  return node.port;
}

} // namespace

TEST_CASE("a node that is killed or hangs is found out") {
  const std::uint16_t port = free_port();
  // The child dials, as its name is the smaller one.
  child_node child("a", {{"b", 1}, "127.0.0.1", port});
  caf_transport_options options = node_options("b");
  options.port = port;
  caf_node here(options);
  REQUIRE_FALSE(here.problem);
  here.peers->set_peers({child.address});
  REQUIRE(eventually([&] { return here.connected(); }));
  REQUIRE(here.ask(child.address.node, 1) == peer_link::verdict::sent);
  REQUIRE(eventually([&] { return here.calls.answers(1) == 1; }));

  SECTION("killed") {
    child.kill();
  }
  SECTION("frozen: nothing is heard of it for three seconds") {
    child.freeze();
  }
  for (std::uint64_t call = 2; call < 100; ++call) {
    (void) here.ask(child.address.node, call);
  }
  REQUIRE(eventually([&] { return !here.connected(); }));
  CHECK(here.ask(child.address.node, 100) == peer_link::verdict::unreachable);
  std::atomic<bool> alive = true;
  here.peers->probe(child.address.node, [&](bool yes) { alive = yes; });
  CHECK_FALSE(alive);
  for (std::uint64_t call = 2; call < 100; ++call) {
    CHECK(here.calls.answers(call) + here.calls.failures(call) <= 1);
  }
}

TEST_CASE("two nodes find each other and serve each other's calls") {
  caf_node one(node_options("n1"));
  caf_node other(node_options("n2", 5));
  REQUIRE_FALSE(one.problem);
  introduce(one, other);
  REQUIRE(eventually([&] { return one.connected() && other.connected(); }));

  CHECK(one.ask(other.self, 1, "there") == peer_link::verdict::sent);
  CHECK(other.ask(one.self, 1, "back") == peer_link::verdict::sent);
  REQUIRE(eventually([&] { return one.calls.answers(1) == 1 && other.calls.answers(1) == 1; }));
  CHECK(std::get<error>(one.calls.first(1)).message == "there");
  CHECK(std::get<error>(other.calls.first(1)).message == "back");

  // Beyond what one message of CAF's may hold.
  const std::string large(5'000'000, 'x');
  CHECK(one.ask(other.self, 2, large) == peer_link::verdict::sent);
  CHECK(one.ask(other.self, 3, "small") == peer_link::verdict::sent);
  REQUIRE(eventually([&] { return one.calls.answers(2) == 1 && one.calls.answers(3) == 1; }));
  CHECK(std::get<error>(one.calls.first(2)).message == large);

  std::atomic<bool> alive = false;
  one.peers->probe(other.self, [&](bool yes) { alive = yes; });
  CHECK(eventually([&] { return alive.load(); }));
}

TEST_CASE("a node that was ended and came back is connected to again") {
  caf_node one(node_options("n1"));
  std::uint16_t port = 0;
  for (std::uint64_t generation = 1; generation <= 2; ++generation) {
    caf_transport_options options = node_options("n2", generation);
    options.port = port;
    caf_node other(options);
    REQUIRE_FALSE(other.problem);
    port = other.port;
    introduce(one, other);
    REQUIRE(eventually([&] { return one.connected() && other.connected(); }));
    CHECK(one.ask(other.self, generation) == peer_link::verdict::sent);
    CHECK(eventually([&] { return one.calls.answers(generation) == 1; }));
    other.peers->stop();
    CHECK(eventually([&] { return !one.connected(); }));
  }
  CHECK(one.calls.connections == 2);
}

TEST_CASE("a peer that was left out and is wanted again is dropped and connected to again") {
  caf_node one(node_options("n1"));
  caf_node other(node_options("n2"), false);
  introduce(one, other);
  REQUIRE(eventually([&] { return one.connected() && other.connected(); }));
  REQUIRE(one.ask(other.self, 1) == peer_link::verdict::sent);
  one.peers->set_peers({});
  CHECK(one.calls.failures(1) == 1);
  CHECK(eventually([&] { return !other.connected(); }));
  one.peers->set_peers({other.address()});
  CHECK(eventually([&] { return one.connected() && other.connected(); }));
}

TEST_CASE("who is of another cluster, or no member, is not connected to") {
  const log_watch log;
  caf_node one(node_options("n1"));
  caf_transport_options options = node_options("n2");
  SECTION("another cluster") {
    options.cluster = "other";
    caf_node other(options);
    introduce(one, other);
    CHECK(log.has("n2:1 can't be connected to: it is of another cluster or version"));
    CHECK_FALSE(one.connected());
    CHECK_FALSE(other.connected());
  }
  SECTION("no member yet") {
    caf_node other(options);
    one.peers->set_peers({other.address()});
    CHECK(log.has("n2:1 can't be connected to: it says: this node does not know of you"));
    CHECK_FALSE(one.connected());
    // As soon as it has heard of it, it is.
    other.peers->set_peers({one.address()});
    CHECK(eventually([&] { return one.connected() && other.connected(); }));
  }
  SECTION("another generation than the one that is meant") {
    caf_node other(options);
    other.peers->set_peers({one.address()});
    one.peers->set_peers({{{"n2", 2}, "127.0.0.1", other.port}});
    CHECK(log.has("n2:2 can't be connected to: node n2:1 is there"));
    CHECK_FALSE(one.connected());
    CHECK_FALSE(other.connected());
  }
}

TEST_CASE("certificates of one authority are asked of both sides") {
  const certificates made;
  caf_node one(made.options("n1", "ours"));
  REQUIRE_FALSE(one.problem);
  SECTION("the same authority") {
    caf_node other(made.options("n2", "ours"));
    introduce(one, other);
    REQUIRE(eventually([&] { return one.connected() && other.connected(); }));
    const std::string large(3'000'000, 'x');
    CHECK(one.ask(other.self, 1, large) == peer_link::verdict::sent);
    REQUIRE(eventually([&] { return one.calls.answers(1) == 1; }));
    CHECK(std::get<error>(one.calls.first(1)).message == large);
  }
  SECTION("another authority, or no certificate at all") {
    const log_watch log;
    caf_node foreign(made.options("n2", "foreign"));
    caf_node plain(node_options("n3"));
    caf_node dialing(node_options("a"));
    one.peers->set_peers({foreign.address(), plain.address(), dialing.address()});
    for (caf_node* node : {&foreign, &plain, &dialing}) {
      node->peers->set_peers({one.address()});
    }
    CHECK(log.has("n2:1 can't be connected to"));
    CHECK(log.has("n3:1 can't be connected to"));
    CHECK(log.has("n1:1 can't be connected to"));
    CHECK_FALSE(one.connected());
    CHECK_FALSE(foreign.connected());
    CHECK_FALSE(plain.connected());
  }
}

TEST_CASE("strangers who speak no TLS end no session of others") {
  const certificates made;
  caf_node one(made.options("n1", "ours"));
  caf_node other(made.options("n2", "ours"));
  introduce(one, other);
  REQUIRE(eventually([&] { return one.connected() && other.connected(); }));
  const std::string words = GENERATE("", "GET / HTTP/1.1\r\n\r\n");
  for (std::uint64_t call = 1; call <= 100; ++call) {
    disturb(one.port, words);
    disturb(other.port, words);
    if (one.ask(other.self, call) == peer_link::verdict::sent) {
      CHECK(eventually([&] { return one.calls.answers(call) + one.calls.failures(call) == 1; }));
    }
  }
  CHECK(one.calls.count() == 100);
  CHECK(one.calls.connections == 1);
  CHECK(other.calls.connections == 1);
}

TEST_CASE("what can't work is refused before anything listens") {
  const auto refused = [](const caf_transport_options& options) {
    caf_node node(options);
    return node.problem ? node.problem->message : "";
  };
  caf_transport_options options = node_options("n1");
  SECTION("a port that is taken") {
    caf_node first(options);
    options.port = first.port;
    CHECK(refused(options).find("can't listen") == 0);
  }
  SECTION("no certificates off loopback") {
    options.host = "192.0.2.1";
    CHECK(refused(options) == "192.0.2.1 is not loopback: nodes need certificates there");
  }
  SECTION("a part of them only, or not to be used") {
    const certificates made;
    options = made.options("n1", "ours");
    options.authority.clear();
    CHECK(refused(options) == "certificate, key and authority must be given together");
    options = made.options("n1", "ours");
    options.key = made.file("foreign.key");
    CHECK(refused(options).find(options.key) == 0);
    options.certificate = made.file("missing.pem");
    CHECK(refused(options).find(options.certificate) == 0);
  }
}

// Not run by default: how many calls a second two processes do on loopback.
TEST_CASE("calls a second between two processes", "[.rate]") {
  const std::uint16_t port = free_port();
  child_node child("a", {{"b", 1}, "127.0.0.1", port});
  caf_transport_options options = node_options("b");
  options.port = port;
  caf_node here(options);
  here.peers->set_peers({child.address});
  REQUIRE(eventually([&] { return here.connected(); }));
  std::mutex lock;
  std::condition_variable changed;
  std::uint64_t open = 0;
  here.calls.on_answer = [&](std::size_t count) {
    const std::lock_guard guard(lock);
    open -= count;
    changed.notify_one();
  };
  std::uint64_t call = 0;
  for (const std::uint64_t at_once : {1, 16, 256, 4'096}) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    const std::uint64_t before = call;
    const auto packets = here.peers->counters().packets_sent;
    while (std::chrono::steady_clock::now() < end) {
      {
        std::unique_lock guard(lock);
        changed.wait(guard, [&] { return open < at_once; });
        ++open;
      }
      (void) here.ask(child.address.node, ++call, std::string(150, 'k'));
    }
    WARN(at_once << " at once: " << (call - before) / 3 << " calls a second, "
                 << (here.peers->counters().packets_sent - packets) / 3 << " packets a second");
    std::unique_lock guard(lock);
    changed.wait(guard, [&] { return open == 0; });
  }
}

} // namespace muster
