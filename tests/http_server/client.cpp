#include "tests/http_server/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace muster::http::test {

client::client(std::uint16_t port) : descriptor_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{5, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error("cannot connect");
}

client::client(client&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, buffer_{std::move(other.buffer_)} {}

client::~client() {
  close();
}

void client::close() {
  if (descriptor_ >= 0)
    ::close(std::exchange(descriptor_, -1));
}

bool client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void client::half_close() {
  ::shutdown(descriptor_, SHUT_WR);
}

void client::reset() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

bool client::fill() {
  char bytes[65536];
  const auto got = ::recv(descriptor_, bytes, sizeof bytes, 0);
  if (got <= 0)
    return false;
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::optional<std::string> client::line() {
  for (;;) {
    if (const auto end = buffer_.find("\r\n"); end != std::string::npos) {
      auto text = buffer_.substr(0, end);
      buffer_.erase(0, end + 2);
      return text;
    }
    if (!fill())
      return std::nullopt;
  }
}

std::optional<std::string> client::take(std::size_t count) {
  while (buffer_.size() < count)
    if (!fill())
      return std::nullopt;
  auto text = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return text;
}

std::optional<answer_seen> client::read(bool head_only) {
  answer_seen seen;
  const auto status = line();
  if (!status || !status->starts_with("HTTP/1.1 "))
    return std::nullopt;
  seen.status = std::stoi(status->substr(9));
  for (;;) {
    const auto each = line();
    if (!each)
      return std::nullopt;
    if (each->empty())
      break;
    const auto colon = each->find(": ");
    auto name = each->substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    seen.headers[name] = each->substr(colon + 2);
  }
  if (head_only)
    return seen;
  if (seen.headers.contains("content-length")) {
    auto body = take(std::stoul(seen.headers["content-length"]));
    if (!body)
      return std::nullopt;
    seen.body = std::move(*body);
  }
  if (seen.headers.contains("transfer-encoding"))
    for (;;) {
      const auto size = line();
      if (!size)
        return std::nullopt;
      auto chunk = take(std::stoul(*size, nullptr, 16));
      if (!chunk || !line())
        return std::nullopt;
      if (chunk->empty())
        break;
      seen.body += *chunk;
    }
  return seen;
}

std::string client::read_bytes(std::size_t count) {
  while (buffer_.size() < count && fill())
    ;
  auto text = buffer_.substr(0, count);
  buffer_.erase(0, text.size());
  return text;
}

std::string client::read_to_end() {
  while (fill())
    ;
  return std::exchange(buffer_, {});
}

bool client::ended() {
  if (!buffer_.empty())
    return false;
  char byte = 0;
  const auto got = ::recv(descriptor_, &byte, 1, 0);
  if (got > 0)
    buffer_.push_back(byte);
  // A reset is an end too; running out of patience is none.
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

bool client::has_bytes() const {
  pollfd asked{descriptor_, POLLIN, 0};
  return !buffer_.empty() || ::poll(&asked, 1, 0) > 0;
}

} // namespace muster::http::test
