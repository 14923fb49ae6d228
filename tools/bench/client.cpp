#include "tools/bench/client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace muster::bench {
namespace {

constexpr std::size_t input_size = std::size_t{256} << 10;

[[noreturn]] void fail_with_errno(const std::string& what) {
  throw failure(what + ": " + std::strerror(errno));
}

int connect_socket(const target& where) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(where.port);
  if (inet_pton(AF_INET, where.host.c_str(), &address.sin_addr) != 1)
    throw failure("not an IPv4 address: " + where.host);
  int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0)
    fail_with_errno("no socket");
  int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    int saved = errno;
    ::close(socket);
    errno = saved;
    fail_with_errno("no connection to " + where.host + ":" + std::to_string(where.port));
  }
  return socket;
}

} // namespace

std::int64_t now_nanoseconds() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

connection::~connection() {
  if (tls_)
    SSL_free(tls_);
  if (socket_ >= 0)
    ::close(socket_);
}

client::client(target where, std::size_t connections, client_events& events, std::size_t elsewhere,
               std::uint16_t other_port)
    : where_(std::move(where)), events_(events), epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      input_(std::make_unique<char[]>(input_size)) {
  if (epoll_ < 0)
    fail_with_errno("no epoll");
  if (where_.tls) {
    tls_ = SSL_CTX_new(TLS_client_method());
    // Measured certificates are self-signed; partial writes are handled by `flush`.
    SSL_CTX_set_verify(tls_, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_mode(tls_, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_ENABLE_PARTIAL_WRITE);
  }
  connections_.reserve(connections);
  for (std::size_t i = 0; i < connections; ++i) {
    connections_.emplace_back(new connection);
    connections_.back()->index_ = i;
    connections_.back()->port_ = i < elsewhere ? other_port : where_.port;
    open(*connections_.back());
  }
}

client::~client() {
  connections_.clear();
  if (tls_)
    SSL_CTX_free(tls_);
  ::close(epoll_);
}

void client::open(connection& what) {
  target there = where_;
  there.port = what.port_;
  what.socket_ = connect_socket(there);
  if (tls_) {
    what.tls_ = SSL_new(tls_);
    SSL_set_fd(what.tls_, what.socket_);
    if (SSL_connect(what.tls_) != 1)
      throw failure("TLS handshake failed");
  }
  if (::fcntl(what.socket_, F_SETFL, O_NONBLOCK) != 0)
    fail_with_errno("fcntl");
  epoll_event interest{};
  interest.events = EPOLLIN;
  interest.data.ptr = &what;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, what.socket_, &interest) != 0)
    fail_with_errno("epoll_ctl");
}

void client::reopen(connection& what) {
  if (what.tls_)
    SSL_free(what.tls_);
  what.tls_ = nullptr;
  ::close(what.socket_);
  what.socket_ = -1;
  what.unsent_.clear();
  what.watching_write_ = false;
  open(what);
}

void client::lose(connection& what, std::string_view why) {
  reopen(what);
  what.parser_.reset();
  events_.lost(what, std::exchange(what.busy_, false), why);
}

long client::write_some(connection& what, std::string_view bytes) {
  if (what.tls_) {
    ERR_clear_error();
    int sent = SSL_write(what.tls_, bytes.data(), static_cast<int>(bytes.size()));
    if (sent > 0)
      return sent;
    int why = SSL_get_error(what.tls_, sent);
    return why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ ? 0 : -1;
  }
  long sent = ::send(what.socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0)
    return sent;
  return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

long client::read_some(connection& what, char* into, std::size_t size) {
  if (what.tls_) {
    ERR_clear_error();
    int got = SSL_read(what.tls_, into, static_cast<int>(size));
    if (got > 0)
      return got;
    int why = SSL_get_error(what.tls_, got);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
  }
  long got = ::recv(what.socket_, into, size, 0);
  if (got > 0)
    return got;
  return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

void client::send(connection& on, std::string_view request) {
  on.busy_ = true;
  long sent = write_some(on, request);
  // A dead connection shows itself as readable in the next poll, which reports it.
  if (sent < 0 || static_cast<std::size_t>(sent) == request.size())
    return;
  on.unsent_.assign(request.substr(static_cast<std::size_t>(sent)));
  flush(on);
}

void client::flush(connection& what) {
  while (!what.unsent_.empty()) {
    long sent = write_some(what, what.unsent_);
    if (sent <= 0)
      break;
    what.unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  bool wanted = !what.unsent_.empty();
  if (wanted == what.watching_write_)
    return;
  epoll_event interest{};
  interest.events = EPOLLIN | (wanted ? EPOLLOUT : 0U);
  interest.data.ptr = &what;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, what.socket_, &interest);
  what.watching_write_ = wanted;
}

void client::readable(connection& what) {
  response answer;
  while (true) {
    long got = read_some(what, input_.get(), input_size);
    if (got == 0)
      return;
    auto outcome = got < 0
                       ? what.parser_.end_of_stream(answer)
                       : what.parser_.feed({input_.get(), static_cast<std::size_t>(got)}, answer);
    if (outcome == response_parser::outcome::complete) {
      if (answer.closes)
        reopen(what);
      what.busy_ = false;
      events_.answered(what, answer);
      what.parser_.reset();
      return;
    }
    if (got < 0 || outcome == response_parser::outcome::broken) {
      lose(what, got < 0 ? "closed by the server" : "unreadable answer");
      return;
    }
    // A short read has emptied a plain socket; TLS may hold more in its own buffer.
    if (!what.tls_ && static_cast<std::size_t>(got) < input_size)
      return;
  }
}

void client::poll(std::int64_t nanoseconds) {
  std::array<epoll_event, 256> events{};
  timespec wait{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  int count = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()),
                             nanoseconds < 0 ? nullptr : &wait, nullptr);
  for (int i = 0; i < count; ++i) {
    auto& what = *static_cast<connection*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (events[static_cast<std::size_t>(i)].events & EPOLLOUT)
      flush(what);
    if (events[static_cast<std::size_t>(i)].events & ~static_cast<std::uint32_t>(EPOLLOUT))
      readable(what);
  }
}

} // namespace muster::bench
