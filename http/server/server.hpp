#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "http/server/counters.hpp"
#include "http/server/exchange.hpp"
#include "http/server/options.hpp"
#include "http/server/reactor.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace muster::http {

/// The HTTP server: listeners, reactors and connections. Made, started, stopped and destroyed by
/// one thread; application and clock must outlive it, and no handle may be used once it is
/// destroyed.
class server {
public:
  /// Binds and listens; nothing is accepted before `start`. Errors: an address that can't be bound,
  /// unreadable certificate or key, options that don't validate.
  [[nodiscard]] static result<std::unique_ptr<server>>
  create(const server_options& options, application& app, const clock_source& clock);

  virtual ~server() = default;

  /// Starts the reactors and accepts.
  virtual void start() = 0;
  /// The ports listened on; absent when off.
  [[nodiscard]] virtual std::optional<std::uint16_t> port() const = 0;
  [[nodiscard]] virtual std::optional<std::uint16_t> tls_port() const = 0;
  [[nodiscard]] virtual std::size_t reactor_count() const = 0;
  [[nodiscard]] virtual reactor& reactor_at(std::size_t index) = 0;

  /// Reads certificate and key again for new handshakes; on error the old ones stay. Any thread.
  [[nodiscard]] virtual result<void> reload_certificate() = 0;

  /// Stops accepting; every further answer says `Connection: close`. Idle connections stay open, so
  /// that a request on its way is answered. Ending parked exchanges is the application's part. Any
  /// thread.
  virtual void begin_shutdown() = 0;
  /// Closes the connections on which no request has begun: for clients that then send theirs
  /// elsewhere. Any thread.
  virtual void close_idle() = 0;
  /// Whether `begin_shutdown` was called. Any thread.
  [[nodiscard]] virtual bool stopping() const = 0;
  /// Begins the shutdown, waits until nothing runs and every answer is sent or `grace` (real time)
  /// is over, closes all connections (parked exchanges hear of it) and ends the threads.
  virtual void stop(milliseconds grace) = 0;

  /// Has every reactor compare its deadlines with the clock now, as its own timer does; for clocks
  /// that are moved by hand. Returns when all have done so. Any thread but a reactor's.
  virtual void check_deadlines() = 0;

  /// Any thread.
  [[nodiscard]] virtual server_counters counters() const = 0;
};

} // namespace muster::http
