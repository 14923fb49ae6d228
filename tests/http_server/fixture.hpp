#pragma once

#include "http/server/server.hpp"
#include "tests/http_server/client.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace muster::http::test {

inline const std::string get_a = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

/// A clock that only the test moves.
class manual_clock final : public clock_source {
public:
  [[nodiscard]] instant now() const noexcept override {
    const auto passed = passed_.load();
    return {1'700'000'000'000 + passed, 1'000'000 + passed};
  }
  void advance(milliseconds by) { passed_ += by; }

private:
  std::atomic<milliseconds> passed_ = 0;
};

/// Whether `condition` comes true within five seconds of real time.
inline bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::yield();
  }
  return true;
}

/// Hands values from the reactor's thread to the test.
template <class T>
class mailbox {
public:
  void put(T value) {
    const std::lock_guard lock{mutex_};
    values_.push_back(std::move(value));
    changed_.notify_all();
  }
  /// The oldest value; waits up to five seconds for it.
  std::optional<T> take() {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, std::chrono::seconds{5}, [this] { return !values_.empty(); }))
      return std::nullopt;
    std::optional<T> value{std::move(values_.front())};
    values_.erase(values_.begin());
    return value;
  }
  bool empty() {
    const std::lock_guard lock{mutex_};
    return values_.empty();
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> values_;
};

/// Does what the test says; by default it accepts 1 MiB and echoes `METHOD target|body`.
class test_application final : public application {
public:
  std::function<verdict(exchange&)> head = [](exchange&) { return verdict::accept(1 << 20); };
  std::function<void(exchange&)> whole = [](exchange& request) {
    std::string text{request.method_text()};
    text.append(" ").append(request.target()).append("|").append(request.body());
    request.respond({200, text_type, std::move(text)});
  };
  std::function<void(exchange&, std::string)> piece = [](exchange&, std::string) {};
  /// Requests seen whole.
  std::atomic<int> served = 0;

  verdict on_head(exchange& request) override { return head(request); }
  void on_body(exchange& request, std::string bytes) override { piece(request, std::move(bytes)); }
  void on_request(exchange& request) override {
    ++served;
    whole(request);
  }
};

/// Runs a function on a reactor's thread.
inline void run_on(reactor& where, std::function<void()> what) {
  class call final : public posted_work {
  public:
    explicit call(std::function<void()> function) : function_{std::move(function)} {}
    void run() override { function_(); }

  private:
    std::function<void()> function_;
  };
  where.post(std::make_unique<call>(std::move(what)));
}

/// Answers an exchange from the test's thread.
inline void answer(exchange_handle to, int status, std::string body = {},
                   std::function<void(bool)> on_written = nullptr) {
  run_on(to.owner(), [to, status, body = std::move(body), written = std::move(on_written)] {
    response made{status, text_type, body};
    made.on_written = written;
    to.respond(std::move(made));
  });
}

/// A server on a free port of the loopback with one reactor, a manual clock and a test application.
class fixture {
public:
  test_application app;
  manual_clock clock;
  server_options options;
  std::unique_ptr<http::server> server;

  fixture() {
    options.address = "127.0.0.1";
    options.port = 0;
    options.threads = 1;
  }

  /// Starts with the options as they are now.
  void start() {
    auto made = http::server::create(options, app, clock);
    if (!made)
      throw std::runtime_error(made.error().message);
    server = std::move(*made);
    server->start();
  }

  client connect() {
    if (!server)
      start();
    return client{*server->port()};
  }

  /// Sends `text` on a connection of its own, and gives back all that comes until its end.
  std::string exchange_all(const std::string& text) {
    auto fresh = connect();
    fresh.send(text);
    fresh.half_close();
    return fresh.read_to_end();
  }

  void pass_time(milliseconds by) {
    clock.advance(by);
    server->check_deadlines();
  }

  /// Waits until the server has read `count` bytes in all.
  bool has_read(std::uint64_t count) {
    return eventually([&] { return server->counters().bytes_in >= count; });
  }
};

} // namespace muster::http::test
