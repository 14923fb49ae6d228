#pragma once

#include "actors/model/error.hpp"
#include "http/server/counters.hpp"
#include "http/server/shared_state.hpp"
#include "http/server/tls_context.hpp"
#include "http/server/transport.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace muster::http {

/// Lets the process open as many connections as the system allows it.
void raise_descriptor_limit();

/// A listening, non-blocking TCP socket.
class listener {
public:
  [[nodiscard]] static result<listener> bind(const std::string& address, std::uint16_t port);
  listener(listener&& other) noexcept;
  listener& operator=(listener&&) = delete;
  ~listener();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

private:
  listener(int descriptor, std::uint16_t port) : descriptor_{descriptor}, port_{port} {}

  int descriptor_;
  std::uint16_t port_;
};

/// Accepts on a thread of its own and deals connections out to the reactors in turn. It never waits
/// for a client: TLS is agreed on in the reactor.
class acceptor {
public:
  /// Owns the listeners; the rest must outlive it.
  acceptor(shared_state& shared, std::vector<std::unique_ptr<transport>>& reactors,
           std::optional<listener> plain, std::optional<listener> secure, tls_context* tls);
  ~acceptor();
  acceptor(const acceptor&) = delete;
  acceptor& operator=(const acceptor&) = delete;

  void start();
  /// Accepts no more and closes the listeners. Any thread.
  void stop();
  /// Waits until that is done.
  void join();

  [[nodiscard]] std::optional<std::uint16_t> port() const { return port_; }
  [[nodiscard]] std::optional<std::uint16_t> tls_port() const { return tls_port_; }
  [[nodiscard]] std::uint64_t accepted() const { return accepted_.read(); }
  [[nodiscard]] std::uint64_t refused() const { return refused_.read(); }

private:
  void run();
  /// False when the system is out of descriptors or memory.
  bool accept_all(const listener& from, bool secure);
  void hand_over(int descriptor, const address_bytes& peer, bool secure);

  shared_state& shared_;
  std::vector<std::unique_ptr<transport>>& reactors_;
  std::optional<listener> plain_;
  std::optional<listener> secure_;
  tls_context* tls_;
  std::optional<std::uint16_t> port_;
  std::optional<std::uint16_t> tls_port_;
  int stop_descriptor_;
  std::size_t next_ = 0;
  counter accepted_;
  counter refused_;
  std::thread thread_;
};

} // namespace muster::http
