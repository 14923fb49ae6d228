#include "actors/cluster/links/reachable.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

namespace muster {

namespace {

using address_list = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

address_list look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    found = nullptr;
  }
  return {found, &freeaddrinfo};
}

bool connects(const addrinfo& to, std::chrono::milliseconds at_most) {
  const int socket_of = socket(to.ai_family, to.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_of < 0) {
    return false;
  }
  bool done = connect(socket_of, to.ai_addr, to.ai_addrlen) == 0;
  if (!done && errno == EINPROGRESS) {
    pollfd wait{socket_of, POLLOUT, 0};
    int problem = 0;
    socklen_t size = sizeof problem;
    done = poll(&wait, 1, static_cast<int>(at_most.count())) == 1 &&
           getsockopt(socket_of, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 && problem == 0;
  }
  close(socket_of);
  return done;
}

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    return ntohl(four.sin_addr.s_addr) >> 24 == 127;
  }
  const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
  return address.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
}

} // namespace

bool reachable(const std::string& host, std::uint16_t port, std::chrono::milliseconds at_most) {
  const address_list found = look_up(host, port);
  for (const addrinfo* one = found.get(); one != nullptr; one = one->ai_next) {
    if (connects(*one, at_most)) {
      return true;
    }
  }
  return false;
}

bool is_loopback(const std::string& host) {
  const address_list found = look_up(host, 0);
  for (const addrinfo* one = found.get(); one != nullptr; one = one->ai_next) {
    if (!is_loopback(*one->ai_addr)) {
      return false;
    }
  }
  return found != nullptr;
}

} // namespace muster
