#pragma once

#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "http/server/exchange.hpp"
#include "http/server/response.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http {

class edge;
class route;

/// The decoded values of a route's `{...}` segments, from left to right. Views: of the request's
/// path, or of what had to be decoded; valid while head or request is handled.
class path_parameters {
public:
  static constexpr std::size_t most = 6;

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::string_view operator[](std::size_t index) const { return values_[index]; }

  void add(std::string_view value) { values_[count_++] = value; }
  void add(std::string&& decoded) {
    add(std::string_view{decoded_.emplace_back(std::move(decoded))});
  }
  void remove_last() { --count_; }

private:
  std::array<std::string_view, most> values_{};
  std::size_t count_ = 0;
  std::list<std::string> decoded_;
};

/// One request of one route: made when its head is in, kept as the exchange's context, destroyed
/// with the exchange. A route's class derives from it and keeps in members what it needs between
/// head, body and reply. Only on its reactor's thread.
class call : public exchange_context {
public:
  ~call() override;

  /// The head is in; path, method and body length have been checked. Parameters first, then the
  /// token. `accept()` reads the body up to the route's limit.
  virtual verdict on_head(exchange& request, const path_parameters& path) = 0;
  /// A piece of the body, on routes that stream it: `handle().take_more()` when it is dealt with,
  /// from any thread, or `answer` already.
  virtual void on_body(exchange&, std::string) {}
  /// The request is whole: `answer` it now, or send it below with `reply_to()` and answer later.
  virtual void on_request(exchange& request) = 0;
  /// The reply to what was sent below: `answer`, or send something else.
  virtual void on_reply(reply what) = 0;
  /// The node is stopping and this call waits, see `wait_until_shutdown`.
  virtual void on_shutdown() {}

protected:
  call() = default;

  [[nodiscard]] edge& at() const { return *edge_; }
  [[nodiscard]] const exchange_handle& handle() const { return handle_; }
  /// Wall clock time in milliseconds, for error bodies.
  [[nodiscard]] timestamp now() const;

  [[nodiscard]] verdict accept() const;
  /// An obligation whose reply comes to `on_reply`.
  [[nodiscard]] reply_handle reply_to() const;
  /// Answers and counts. The exchange is over then, and the call at the end of the turn.
  void answer(response what);
  /// Goes on after `verdict::wait()`.
  void resume(verdict decision);
  /// Has `on_shutdown` called when the node stops before the answer. False when it does already:
  /// answer now. For long polls and RPC callers.
  [[nodiscard]] bool wait_until_shutdown();

private:
  friend class edge;

  void stop_waiting();

  edge* edge_ = nullptr;
  const route* route_ = nullptr;
  exchange_handle handle_;
  std::chrono::steady_clock::time_point started_;
  bool waiting_ = false;
  std::list<call*>::iterator place_;
};

} // namespace muster::http
