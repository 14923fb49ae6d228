#pragma once

#include "http/server/body_budget.hpp"
#include "http/server/exchange.hpp"
#include "http/server/options.hpp"
#include "http/server/trusted_proxies.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace muster::http {

/// What the reactors of one server share. Outlives them.
struct shared_state {
  const server_options options;
  application& app;
  const clock_source& clock;
  const trusted_proxies proxies;
  const bool log_access;
  body_budget budget;
  std::atomic<bool> stopping = false;
  /// Open connections, counted from accept to close.
  std::atomic<std::size_t> connections = 0;
  /// Told when a reactor has become quiet while stopping.
  std::mutex quiet_mutex{};
  std::condition_variable quiet{};
};

} // namespace muster::http
