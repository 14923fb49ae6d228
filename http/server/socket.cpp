#include "http/server/socket.hpp"

#include <linux/sockios.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace muster::http {

namespace {

io_result plain_result(ssize_t returned) {
  if (returned >= 0)
    return {io_status::done, static_cast<std::size_t>(returned)};
  return {errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? io_status::again
                                                                    : io_status::failed};
}

/// 0 when it can't be read, which no certificate that is valid now ends with.
timestamp time_of(const ASN1_TIME* text) {
  std::tm parts{};
  return ASN1_TIME_to_tm(text, &parts) == 1 ? timestamp{::timegm(&parts)} * 1000 : 0;
}

} // namespace

socket::~socket() {
  if (tls_ != nullptr)
    SSL_free(tls_);
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

io_result socket::tls_result(int returned) const {
  // Not errno, which says nothing about TLS.
  switch (SSL_get_error(tls_, returned)) {
  case SSL_ERROR_WANT_READ:
  case SSL_ERROR_WANT_WRITE:
    return {io_status::again};
  case SSL_ERROR_ZERO_RETURN:
    return {io_status::ended};
  default:
    return {io_status::failed};
  }
}

io_result socket::handshake() {
  ERR_clear_error();
  const int returned = SSL_accept(tls_);
  return returned == 1 ? io_result{} : tls_result(returned);
}

std::optional<peer_certificate> socket::certificate() const {
  const X509* shown = tls_ != nullptr ? SSL_get0_peer_certificate(tls_) : nullptr;
  if (shown == nullptr)
    return std::nullopt;
  peer_certificate found;
  const int size = i2d_X509(shown, nullptr);
  if (size <= 0)
    return std::nullopt;
  found.der.resize(static_cast<std::size_t>(size));
  auto* into = reinterpret_cast<unsigned char*>(found.der.data());
  i2d_X509(shown, &into);
  found.not_before = time_of(X509_get0_notBefore(shown));
  found.not_after = time_of(X509_get0_notAfter(shown));
  return found;
}

io_result socket::read(std::span<char> into) {
  if (tls_ != nullptr) {
    ERR_clear_error();
    std::size_t count = 0;
    const int returned = SSL_read_ex(tls_, into.data(), into.size(), &count);
    return returned == 1 ? io_result{io_status::done, count} : tls_result(returned);
  }
  auto result = plain_result(::recv(descriptor_, into.data(), into.size(), 0));
  if (result.status == io_status::done && result.count == 0)
    result.status = io_status::ended;
  return result;
}

io_result socket::write(std::string_view first, std::string_view second) {
  if (tls_ != nullptr) {
    const auto next = first.empty() ? second : first;
    ERR_clear_error();
    std::size_t count = 0;
    const int returned = SSL_write_ex(tls_, next.data(), next.size(), &count);
    return returned == 1 ? io_result{io_status::done, count} : tls_result(returned);
  }
  if (second.empty())
    return plain_result(::send(descriptor_, first.data(), first.size(), MSG_NOSIGNAL));
  iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                    {const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  return plain_result(::sendmsg(descriptor_, &message, MSG_NOSIGNAL));
}

void socket::end_output() {
  if (tls_ != nullptr) {
    ERR_clear_error();
    SSL_shutdown(tls_);
  }
  ::shutdown(descriptor_, SHUT_WR);
}

bool socket::peer_gone() const {
  pollfd asked{descriptor_, POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) > 0 && (asked.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

std::size_t socket::held() const {
  int bytes = 0;
  return ::ioctl(descriptor_, SIOCOUTQ, &bytes) == 0 ? static_cast<std::size_t>(bytes) : 0;
}

void socket::reset_on_close() const {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

} // namespace muster::http
