#include "persistence/postgres/session_pool.hpp"

namespace muster::persistence::postgres {

namespace {

/// So long after the loss reads wait for a new session: where a server is there, it is opened at
/// once.
constexpr std::chrono::milliseconds loss_patience{200};

} // namespace

result<session_pool::lent> session_pool::take() {
  {
    std::unique_lock lock(mutex_);
    if (const auto entered = enter(lock); !entered) {
      return tl::unexpected(entered.error());
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
    changed_.notify_all();
    return tl::unexpected(opened.error());
  }
  return lent{std::move(*opened), true};
}

result<void> session_pool::enter(std::unique_lock<std::mutex>& lock) {
  if (away_) {
    changed_.wait_until(lock, away_since_ + loss_patience, [this] { return !away_; });
  } else {
    changed_.wait_for(lock, std::chrono::milliseconds(options_.answer_timeout),
                      [this] { return free_ > 0 || away_; });
  }
  if (away_) {
    return tl::unexpected(why_away_);
  }
  if (free_ == 0) {
    return fail(error_code::storage_unavailable, "all sessions of the database are in use");
  }
  return {};
}

bool session_pool::renew(lent& lost) {
  if (lost.session.alive() || lost.session.late() || lost.is_new) {
    return false;
  }
  auto fresh = open();
  if (fresh) {
    lost = {std::move(*fresh), true};
  }
  return fresh.has_value();
}

result<connection> session_pool::open() {
  auto opened = connection::open(options_);
  if (!opened) {
    error why = to_error(opened.error());
    note_away(why);
    return tl::unexpected(std::move(why));
  }
  if (!watch_.accept(opened->server())) {
    return fail(error_code::storage_unavailable, "the database's primary is another server now");
  }
  return std::move(*opened);
}

void session_pool::note_away(const error& why) {
  std::vector<connection> given_up;
  {
    const std::lock_guard lock(mutex_);
    if (away_) {
      return;
    }
    away_ = true;
    away_since_ = std::chrono::steady_clock::now();
    why_away_ = why;
    given_up = std::exchange(idle_, {});
  }
  changed_.notify_all();
  if (tell_away_) {
    tell_away_();
  }
}

void session_pool::tend() {
  if (!is_away()) {
    return;
  }
  auto opened = open();
  if (!opened) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    away_ = false;
    idle_.push_back(std::move(*opened));
  }
  changed_.notify_all();
}

bool session_pool::is_away() const {
  const std::lock_guard lock(mutex_);
  return away_;
}

void session_pool::give_back(connection&& session) {
  {
    const std::lock_guard lock(mutex_);
    ++free_;
    if (session.alive() && !away_) {
      idle_.push_back(std::move(session));
    }
  }
  changed_.notify_all();
}

} // namespace muster::persistence::postgres
