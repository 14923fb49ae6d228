#include "http/server/acceptor.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace muster::http {

namespace {

constexpr int no_descriptor_pause = 100;

struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  sockaddr& any() { return reinterpret_cast<sockaddr&>(storage); }
};

socket_address address_from(const std::string& text, std::uint16_t port) {
  socket_address made;
  const auto address = parse_address(text).value_or(address_bytes{});
  if (text.find(':') == std::string::npos) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(made.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.data() + 12, 4);
    made.size = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(made.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, address.data(), 16);
    made.size = sizeof v6;
  }
  return made;
}

std::uint16_t port_of(int descriptor) {
  socket_address bound;
  ::getsockname(descriptor, &bound.any(), &bound.size);
  return ntohs(bound.storage.ss_family == AF_INET
                   ? reinterpret_cast<const sockaddr_in&>(bound.storage).sin_port
                   : reinterpret_cast<const sockaddr_in6&>(bound.storage).sin6_port);
}

} // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
      spdlog::warn("http: cannot raise the limit of open files");
  }
}

result<listener> listener::bind(const std::string& address, std::uint16_t port) {
  auto where = address_from(address, port);
  const int descriptor =
      ::socket(where.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (descriptor >= 0)
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (descriptor < 0 || ::bind(descriptor, &where.any(), where.size) != 0 ||
      ::listen(descriptor, SOMAXCONN) != 0) {
    const auto why = std::generic_category().message(errno);
    if (descriptor >= 0)
      ::close(descriptor);
    return fail(error_code::invalid,
                "cannot listen on " + address + " port " + std::to_string(port) + ": " + why);
  }
  return listener{descriptor, port_of(descriptor)};
}

listener::listener(listener&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, port_{other.port_} {}

listener::~listener() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

acceptor::acceptor(shared_state& shared, std::vector<std::unique_ptr<transport>>& reactors,
                   std::optional<listener> plain, std::optional<listener> secure, tls_context* tls)
    : shared_{shared}, reactors_{reactors}, plain_{std::move(plain)}, secure_{std::move(secure)},
      tls_{tls}, stop_descriptor_{::eventfd(0, EFD_CLOEXEC)} {
  if (stop_descriptor_ < 0)
    throw std::system_error(errno, std::generic_category(), "eventfd");
  if (plain_)
    port_ = plain_->port();
  if (secure_)
    tls_port_ = secure_->port();
}

acceptor::~acceptor() {
  stop();
  join();
  ::close(stop_descriptor_);
}

void acceptor::start() {
  thread_ = std::thread{[this] {
    run();
    // Closed at once, so that clients go elsewhere instead of waiting in the kernel's queue.
    plain_.reset();
    secure_.reset();
  }};
}

void acceptor::stop() {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the thread has been told long ago.
  [[maybe_unused]] const auto written = ::write(stop_descriptor_, &one, sizeof one);
}

void acceptor::join() {
  if (thread_.joinable())
    thread_.join();
  plain_.reset();
  secure_.reset();
}

void acceptor::run() {
  bool out_of_descriptors = false;
  for (;;) {
    // Out of descriptors, a listener stays readable: wait for others to be closed instead of
    // spinning.
    pollfd asked[3] = {
        {stop_descriptor_, POLLIN, 0},
        {plain_ && !out_of_descriptors ? plain_->descriptor() : -1, POLLIN, 0},
        {secure_ && !out_of_descriptors ? secure_->descriptor() : -1, POLLIN, 0},
    };
    ::poll(asked, 3, out_of_descriptors ? no_descriptor_pause : -1);
    out_of_descriptors = false;
    if (asked[0].revents != 0)
      return;
    if (asked[1].revents != 0)
      out_of_descriptors |= !accept_all(*plain_, false);
    if (asked[2].revents != 0)
      out_of_descriptors |= !accept_all(*secure_, true);
  }
}

bool acceptor::accept_all(const listener& from, bool secure) {
  // Bounded, so that the other listener and `stop` get their turn.
  for (int i = 0; i < 64; ++i) {
    socket_address peer;
    const int descriptor =
        ::accept4(from.descriptor(), &peer.any(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0)
      hand_over(descriptor, address_of(peer.any()), secure);
    else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      spdlog::warn("http: cannot accept: {}", std::generic_category().message(errno));
      return false;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK)
      return true;
  }
  return true;
}

void acceptor::hand_over(int descriptor, const address_bytes& peer, bool secure) {
  if (shared_.connections.load(std::memory_order_relaxed) >= shared_.options.max_connections) {
    refused_.add();
    ::close(descriptor);
    return;
  }
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto* tls = secure ? tls_->open(descriptor) : nullptr;
  socket accepted{descriptor, tls};
  if (secure && tls == nullptr) {
    refused_.add();
    return;
  }
  accepted_.add();
  shared_.connections.fetch_add(1, std::memory_order_relaxed);
  reactors_[next_]->adopt(std::move(accepted), peer);
  next_ = (next_ + 1) % reactors_.size();
}

} // namespace muster::http
