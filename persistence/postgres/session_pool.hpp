#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/server_watch.hpp"

#include <condition_variable>
#include <mutex>
#include <vector>

namespace muster::persistence::postgres {

/// Sessions for reads: opened when they are needed, at most so many, kept for the next one.
/// Thread-safe; who needs one while all are in use waits for it.
class session_pool {
public:
  session_pool(const connection_options& options, std::size_t most, server_watch& watch)
      : options_(options), free_(most), watch_(watch) {}

  /// Calls `use` with a session. If that one turns out to be lost, and was not new, once more with
  /// a new one: reads may be repeated.
  template <class Use>
  auto with(Use use) -> decltype(use(std::declval<connection&>())) {
    auto taken = take();
    if (!taken) {
      return tl::unexpected(taken.error());
    }
    auto found = use(taken->session);
    if (!found && !taken->session.alive() && !taken->is_new) {
      auto fresh = open();
      if (fresh) {
        taken->session = std::move(*fresh);
        found = use(taken->session);
      }
    }
    give_back(std::move(taken->session));
    return found;
  }

private:
  struct lent {
    connection session;
    bool is_new = false;
  };

  result<lent> take();
  result<connection> open();
  void give_back(connection&& session);

  connection_options options_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<connection> idle_;
  std::size_t free_;
  server_watch& watch_;
};

} // namespace muster::persistence::postgres
