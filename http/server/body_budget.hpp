#pragma once

#include "http/server/exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>

namespace muster::http {

/// The memory that request bodies of more than 64 KiB share, in all reactors. What does not fit
/// waits in line; the first in line is always given what it needs, alone beyond the limit, so that
/// neither one huge body nor many half-read ones stop each other for ever. Thread-safe.
class body_budget {
public:
  /// Called without a lock, from the thread that released, for a reservation that had to wait.
  using granted = std::function<void(exchange_handle)>;

  body_budget(std::size_t limit, granted tell) : limit_{limit}, tell_{std::move(tell)} {}

  /// Asks for `bytes` more for `owner`. True: they are reserved. False: `granted` will be called.
  bool reserve(exchange_handle owner, std::size_t bytes);
  /// Asks for `bytes` more for `owner` without waiting: false, and nothing reserved, where
  /// `reserve` would wait.
  bool try_reserve(exchange_handle owner, std::size_t bytes);
  /// Gives back all that is reserved for `owner` and forgets what it waits for.
  void release(exchange_handle owner);

  [[nodiscard]] std::size_t used() const;

private:
  struct waiter {
    exchange_handle owner;
    std::size_t bytes;
  };

  bool admit(exchange_handle owner, std::size_t bytes);
  void take(exchange_handle owner, std::size_t bytes);

  std::size_t limit_;
  granted tell_;
  mutable std::mutex mutex_;
  std::size_t used_ = 0;
  /// The one that was let beyond the limit, or none.
  exchange_handle beyond_;
  std::map<exchange_handle, std::size_t> held_;
  std::deque<waiter> line_;
};

} // namespace muster::http
