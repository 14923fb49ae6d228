#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/server_watch.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

namespace muster::persistence::postgres {

/// Sessions for reads: opened when they are needed, at most so many, kept for the next one.
/// Thread-safe; who needs one while all are in use waits for it.
///
/// A database that does not answer takes seconds to show it, and must not take them from each read.
/// So after an answer that did not come, or a session that could not be opened, all sessions are
/// given up and reads fail at once, until `tend` could open one.
class session_pool {
public:
  /// `away` is called, by any thread, when reads begin to fail: whoever calls `tend` is to do so
  /// soon. May be empty.
  session_pool(const connection_options& options, std::size_t most, server_watch& watch,
               std::function<void()> away)
      : options_(options), free_(most), watch_(watch), tell_away_(std::move(away)) {}

  /// Calls `use` with a session. If that one turns out to be lost, and was not new, once more with
  /// a new one: reads may be repeated.
  template <class Use>
  auto with(Use use) -> decltype(use(std::declval<connection&>())) {
    auto taken = take();
    if (!taken) {
      return tl::unexpected(taken.error());
    }
    auto found = use(taken->session);
    if (!found && renew(*taken)) {
      found = use(taken->session);
    }
    if (!found && taken->session.late()) {
      note_away(found.error());
    }
    give_back(std::move(taken->session));
    return found;
  }

  /// Tries to open a session when the database is away. May take seconds.
  void tend();
  bool is_away() const;

private:
  struct lent {
    connection session;
    bool is_new = false;
  };

  result<lent> take();
  /// Waits for a place; then either there is one, or why not.
  result<void> enter(std::unique_lock<std::mutex>& lock);
  /// Another session for one that was lost, if that may help.
  bool renew(lent& lost);
  result<connection> open();
  void note_away(const error& why);
  void give_back(connection&& session);

  connection_options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<connection> idle_;
  std::size_t free_;
  bool away_ = false;
  error why_away_;
  std::chrono::steady_clock::time_point away_since_;
  server_watch& watch_;
  std::function<void()> tell_away_;
};

} // namespace muster::persistence::postgres
