#include "persistence/postgres/session_pool.hpp"

#include <chrono>

namespace muster::persistence::postgres {

result<session_pool::lent> session_pool::take() {
  {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_for(lock, std::chrono::milliseconds(options_.answer_timeout),
                            [this] { return free_ > 0; })) {
      return fail(error_code::storage_unavailable, "all sessions of the database are in use");
    }
    --free_;
    while (!idle_.empty()) {
      connection session = std::move(idle_.back());
      idle_.pop_back();
      if (session.alive() && watch_.is_used(session.server())) {
        return lent{std::move(session), false};
      }
    }
  }
  auto opened = open();
  if (!opened) {
    const std::lock_guard lock(mutex_);
    ++free_;
    returned_.notify_one();
    return tl::unexpected(opened.error());
  }
  return lent{std::move(*opened), true};
}

result<connection> session_pool::open() {
  auto opened = connection::open(options_);
  if (!opened) {
    return tl::unexpected(to_error(opened.error()));
  }
  if (!watch_.accept(opened->server())) {
    return fail(error_code::storage_unavailable, "the database's primary is another server now");
  }
  return std::move(*opened);
}

void session_pool::give_back(connection&& session) {
  const std::lock_guard lock(mutex_);
  ++free_;
  if (session.alive()) {
    idle_.push_back(std::move(session));
  }
  returned_.notify_one();
}

} // namespace muster::persistence::postgres
