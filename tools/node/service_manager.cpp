#include "tools/node/service_manager.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace muster::node {

namespace {

/// A variable of the environment; absent and empty are the same.
std::string variable_of(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::string() : text;
}

/// Zero for what is no number.
std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() ? number : 0;
}

std::error_code last_error() {
  return {errno, std::generic_category()};
}

std::error_code send_datagram(const std::string& to, std::string_view text) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (to.size() >= sizeof address.sun_path) {
    return std::make_error_code(std::errc::filename_too_long);
  }
  std::copy(to.begin(), to.end(), address.sun_path);
  if (to.front() == '@') {
    // A name outside the file system.
    address.sun_path[0] = '\0';
  }
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + to.size());
  const int from = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (from < 0) {
    return last_error();
  }
  const auto sent = sendto(from, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                           reinterpret_cast<const sockaddr*>(&address), size);
  const auto outcome = sent < 0 ? last_error() : std::error_code();
  close(from);
  return outcome;
}

} // namespace

service_manager::service_manager() : socket_(variable_of("NOTIFY_SOCKET")) {
  const std::string watched = variable_of("WATCHDOG_PID");
  if (!socket_.empty() && (watched.empty() || number_of(watched) == getpid())) {
    beat_every_ = std::chrono::microseconds(
        std::max<std::int64_t>(0, number_of(variable_of("WATCHDOG_USEC")) / 2));
  }
}

void service_manager::tell(std::string_view state) const {
  if (socket_.empty()) {
    return;
  }
  if (const auto failure = send_datagram(socket_, state)) {
    spdlog::warn("Could not tell the service manager {}: {}", state, failure.message());
  }
}

heartbeat::heartbeat(const service_manager& manager) {
  if (manager.beat_every().count() > 0) {
    thread_ = std::thread([this, &manager] { beat(manager); });
  }
}

void heartbeat::beat_after(std::function<void()> check) {
  const std::lock_guard lock(mutex_);
  check_ = std::move(check);
}

void heartbeat::end() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void heartbeat::beat(const service_manager& manager) {
  std::unique_lock lock(mutex_);
  while (!over_) {
    const auto check = check_;
    lock.unlock();
    if (check) {
      check();
    }
    manager.tell("WATCHDOG=1");
    lock.lock();
    changed_.wait_for(lock, manager.beat_every(), [this] { return over_; });
  }
}

} // namespace muster::node
