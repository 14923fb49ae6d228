#pragma once

#include "tools/bench/response_parser.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace muster::bench {

/// The generator itself cannot go on (no connection, no fleet file, ...): it ends the program with
/// its message.
struct failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Nanoseconds of the monotonic clock.
std::int64_t now_nanoseconds() noexcept;

/// Where the server listens.
struct target {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  bool tls = false;
};

/// One connection with at most one request under way. Owned by its client; one thread.
class connection {
public:
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  std::size_t index() const noexcept { return index_; }
  /// When the request under way was meant to be sent; the latency counts from there.
  std::int64_t intended = 0;
  /// The user's own number for what is under way.
  std::uint64_t tag = 0;

private:
  friend class client;
  connection() = default;

  int socket_ = -1;
  SSL* tls_ = nullptr;
  std::size_t index_ = 0;
  std::uint16_t port_ = 0;
  response_parser parser_;
  std::string unsent_;
  bool watching_write_ = false;
  bool busy_ = false;
};

/// Told what happens on the connections of a client, on its thread.
class client_events {
public:
  virtual ~client_events() = default;
  /// The whole answer is in; the connection is free for the next request.
  virtual void answered(connection& on, const response& what) = 0;
  /// The connection ended or broke and has been opened again, free. `unanswered`: a request was
  /// under way; else it was idle. `why` is for people.
  virtual void lost(connection& on, bool unanswered, std::string_view why) = 0;
};

/// Many keep-alive connections to one server in one epoll loop: plain sockets, no queueing of its
/// own. One thread.
class client {
public:
  /// Opens `connections` connections, TLS handshakes included, one after the other; the first
  /// `elsewhere` of them to `other_port` of the same host. `events` outlives the client. Throws
  /// failure.
  client(target where, std::size_t connections, client_events& events, std::size_t elsewhere = 0,
         std::uint16_t other_port = 0);
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  std::size_t size() const noexcept { return connections_.size(); }
  connection& at(std::size_t index) { return *connections_[index]; }

  /// Sends a whole request; the connection must be free.
  void send(connection& on, std::string_view request);

  /// Handles what is there, waiting for it at most so long (negative: for ever).
  void poll(std::int64_t nanoseconds);

private:
  void open(connection& what);
  void reopen(connection& what);
  void lose(connection& what, std::string_view why);
  void readable(connection& what);
  void flush(connection& what);
  /// Bytes taken or given, 0 when the socket would block, -1 at the end of the stream or an error.
  static long write_some(connection& what, std::string_view bytes);
  static long read_some(connection& what, char* into, std::size_t size);

  target where_;
  client_events& events_;
  SSL_CTX* tls_ = nullptr;
  int epoll_ = -1;
  std::vector<std::unique_ptr<connection>> connections_;
  std::unique_ptr<char[]> input_;
};

} // namespace muster::bench
