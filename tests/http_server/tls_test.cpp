// HTTPS, over real sockets and with certificates made on the spot.
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

using namespace muster::http;
using namespace muster::http::test;

namespace {

/// A folder with `cert.pem` and `key.pem`, gone with the object.
class certificate {
public:
  certificate() {
    auto made = (std::filesystem::temp_directory_path() / "muster-tls-XXXXXX").string();
    if (::mkdtemp(made.data()) == nullptr)
      throw std::runtime_error("no folder for a certificate");
    folder_ = made;
    make("first");
  }
  ~certificate() { std::filesystem::remove_all(folder_); }
  certificate(const certificate&) = delete;
  certificate& operator=(const certificate&) = delete;

  void make(const std::string& name) const {
    const auto line =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=" +
        name + " -keyout " + key() + " -out " + file() + " 2>/dev/null";
    if (std::system(line.c_str()) != 0)
      throw std::runtime_error("openssl did not make a certificate");
  }
  [[nodiscard]] std::string file() const { return folder_ / "cert.pem"; }
  [[nodiscard]] std::string key() const { return folder_ / "key.pem"; }

private:
  std::filesystem::path folder_;
};

/// A TLS client on top of a plain one.
class tls_client {
public:
  explicit tls_client(std::uint16_t port, int version = TLS1_3_VERSION) : below_{port} {
    // OpenSSL has no way to write without the signal.
    std::signal(SIGPIPE, SIG_IGN);
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(context_, 0);
    SSL_CTX_set_min_proto_version(context_, version);
    SSL_CTX_set_max_proto_version(context_, version);
    tls_ = SSL_new(context_);
    SSL_set_fd(tls_, below_.descriptor());
    agreed_ = SSL_connect(tls_) == 1;
  }
  ~tls_client() {
    SSL_free(tls_);
    SSL_CTX_free(context_);
  }
  tls_client(const tls_client&) = delete;
  tls_client& operator=(const tls_client&) = delete;

  [[nodiscard]] bool agreed() const { return agreed_; }
  [[nodiscard]] std::string server_name() const {
    auto* shown = SSL_get1_peer_certificate(tls_);
    char text[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, text, sizeof text);
    X509_free(shown);
    return text;
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      std::size_t count = 0;
      if (SSL_write_ex(tls_, bytes.data(), bytes.size(), &count) != 1)
        return;
      bytes.remove_prefix(count);
    }
  }
  /// Reads until `end` comes or the connection ends.
  std::string read_until(std::string_view end) {
    std::string text;
    std::size_t count = 0;
    char bytes[16384];
    while (!text.ends_with(end) && SSL_read_ex(tls_, bytes, sizeof bytes, &count) == 1)
      text.append(bytes, count);
    return text;
  }
  void end_output() { SSL_shutdown(tls_); }
  client& below() { return below_; }

private:
  client below_;
  SSL_CTX* context_;
  SSL* tls_;
  bool agreed_;
};

struct tls_fixture : fixture {
  certificate files;

  tls_fixture() {
    options.tls.port = 0;
    options.tls.certificate = files.file();
    options.tls.key = files.key();
  }
  std::uint16_t tls_port() {
    if (!server)
      start();
    return *server->tls_port();
  }
};

} // namespace

TEST_CASE("TLS 1.2 and 1.3 are spoken, beside plain HTTP, and nothing older") {
  tls_fixture server;
  server.app.whole = [](exchange& request) {
    request.respond({200, text_type, request.secure() ? "secure" : "plain!"});
  };
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_client peer{server.tls_port(), version};
    REQUIRE(peer.agreed());
    for (int i = 0; i < 2; ++i) {
      peer.send(get_a);
      CHECK(peer.read_until("secure").starts_with("HTTP/1.1 200 OK\r\n"));
    }
  }
  tls_client old{server.tls_port(), TLS1_1_VERSION};
  CHECK(!old.agreed());
  auto plain = server.connect();
  plain.send(get_a);
  CHECK(plain.read()->body == "plain!");
  CHECK(server.server->counters().tls_handshakes == 2);
  CHECK(eventually([&] { return server.server->counters().tls_failures == 1; }));
}

TEST_CASE("Connections that never shake hands stop nobody, and end at their deadline") {
  tls_fixture server;
  server.options.tls.handshake_timeout = 1000;
  std::vector<client> silent;
  for (int i = 0; i < 100; ++i)
    silent.emplace_back(server.tls_port());
  silent.front().send("\x16\x03\x01");
  tls_client peer{server.tls_port()};
  REQUIRE(peer.agreed());
  peer.send(get_a);
  CHECK(peer.read_until("/a|").starts_with("HTTP/1.1 200 OK\r\n"));
  REQUIRE(eventually([&] { return server.server->counters().connections_open == 101; }));
  server.pass_time(1000);
  for (auto& each : silent)
    CHECK(each.ended());
  CHECK(eventually([&] { return server.server->counters().connections_open == 1; }));
}

TEST_CASE("Plain text on the TLS port ends the connection") {
  tls_fixture server;
  client peer{server.tls_port()};
  peer.send(get_a);
  peer.read_to_end();
  CHECK(eventually([&] { return server.server->counters().tls_failures == 1; }));
  CHECK(server.app.served == 0);
}

TEST_CASE("Large bodies pass through TLS both ways") {
  tls_fixture server;
  server.app.head = [](exchange&) { return verdict::accept(20'000'000); };
  tls_client peer{server.tls_port()};
  const std::string body = std::string(9'999'999, 'x') + "!";
  // The answer comes only once all is read, so sending all first can't block for ever.
  peer.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n" + body);
  const auto text = peer.read_until("!");
  CHECK(text.ends_with("\r\n\r\nPOST /a|" + body));
}

TEST_CASE("A TLS client's closure ends the connection, its FIN a parked exchange") {
  tls_fixture server;
  mailbox<std::string> gone;
  mailbox<exchange_handle> handles;
  server.app.whole = [&](exchange& request) {
    request.park([&] { gone.put("gone"); });
    handles.put(request.handle());
  };
  {
    tls_client peer{server.tls_port()};
    peer.send(get_a);
    REQUIRE(handles.take());
    peer.below().half_close();
    CHECK(gone.take() == "gone");
  }
  tls_client peer{server.tls_port()};
  peer.end_output();
  CHECK(peer.read_until("never").empty());
  CHECK(eventually([&] { return server.server->counters().connections_open == 0; }));
}

TEST_CASE("A reload serves the new certificate to new connections, a bad one changes nothing") {
  tls_fixture server;
  tls_client before{server.tls_port()};
  CHECK(before.server_name() == "first");
  server.files.make("second");
  REQUIRE(server.server->reload_certificate());
  tls_client after{server.tls_port()};
  CHECK(after.server_name() == "second");
  before.send(get_a);
  CHECK(before.read_until("/a|").starts_with("HTTP/1.1 200 OK\r\n"));
  std::filesystem::remove(server.files.key());
  const auto reloaded = server.server->reload_certificate();
  REQUIRE(!reloaded);
  CHECK(reloaded.error().message.find("http.tls.key") == 0);
  tls_client still{server.tls_port()};
  CHECK(still.server_name() == "second");
}

TEST_CASE("HTTPS alone, and a certificate that is missing") {
  tls_fixture server;
  server.options.port.reset();
  tls_client peer{server.tls_port()};
  CHECK(peer.agreed());
  CHECK(!server.server->port());
  auto wrong = server.options;
  wrong.tls.certificate = "/nonexistent.pem";
  const auto made = server::create(wrong, server.app, server.clock);
  REQUIRE(!made);
  CHECK(made.error().message.find("http.tls.cert") == 0);
}
