#include "persistence/postgres/commit_session.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>

namespace muster::persistence::postgres {

namespace {

// Between tries to open a session: soon at first, since a promotion takes a tenth of a second.
constexpr std::chrono::milliseconds first_pause{20};
constexpr std::chrono::milliseconds longest_pause{250};

} // namespace

void commit_session::find_lost(const fence& expected) {
  const auto found = read_marks(*session_, expected.shards);
  if (!found) {
    last_problem_ = to_error(found.error());
    return;
  }
  bool any = false;
  for (const auto& mark : expected.shards) {
    if (std::ranges::find(*found, mark) == found->end()) {
      spdlog::warn("Shard {} is not this node's any more", static_cast<int>(mark.shard));
      book_.lose(mark);
      any = true;
    }
  }
  if (!any && expected.writer) {
    // Somebody has tidied our row away.
    session_->cut();
    writer_ = {random_uuid(), 0};
  }
}

result<void> commit_session::recover() {
  drop_moved();
  while (!has_session()) {
    note_lost({});
    if (next_try_ > lost_since_ + patience || steady::now() > lost_since_ + patience) {
      return tl::unexpected(last_problem_);
    }
    std::this_thread::sleep_until(next_try_);
    install(connection::open(options_));
  }
  return settle_doubts();
}

void commit_session::drop_moved() {
  if (has_session() && !watch_.is_used(session_->server())) {
    session_->cut();
  }
}

void commit_session::note_lost(const failure& why) {
  if (!has_session() && lost_since_ == steady::time_point{}) {
    // A server that does not answer would keep the next tries waiting as well: they are left to
    // `tend`.
    lost_since_ = steady::now() - (why.late ? patience : std::chrono::milliseconds(0));
  }
}

void commit_session::install(answer<connection> opened) {
  session_.reset();
  const auto written = opened.and_then([&](connection& fresh) -> answer<rows> {
    if (!watch_.accept(fresh.server())) {
      return tl::unexpected(
          failure{failure::kind::lost, {}, "the database's primary is another server now", {}});
    }
    return fresh.run("insert into writer(id, seq) values ($1, $2) on conflict do nothing",
                     parameters().id(writer_.id).number(writer_.sequence));
  });
  if (!written) {
    pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
    next_try_ = steady::now() + pause_;
    last_problem_ = to_error(written.error());
    set_trouble(last_problem_.message);
    return;
  }
  session_ = std::move(*opened);
  lost_since_ = {};
  pause_ = {};
}

result<void> commit_session::settle_doubts() {
  fence doubts{book_.doubted(), std::nullopt};
  if (writer_doubted_) {
    doubts.writer = writer_;
  }
  if (doubts.shards.empty() && !doubts.writer) {
    set_trouble({});
    return {};
  }
  const auto settled = settle(*session_, doubts);
  if (!settled) {
    note_lost(settled.error());
    last_problem_ = to_error(settled.error());
    set_trouble(last_problem_.message);
    return tl::unexpected(last_problem_);
  }
  apply(doubts, *settled);
  return {};
}

void commit_session::apply(const fence& expected, const settlement& settled) {
  for (const auto& mark : expected.shards) {
    const auto now = std::ranges::find(settled.now.shards, mark.shard, &shard_mark::shard);
    if (now == settled.now.shards.end()) {
      book_.lose(mark);
    } else {
      book_.settle(*now);
    }
  }
  if (expected.writer) {
    // Without its row the next session makes another one.
    writer_ = settled.now.writer.value_or(writer_mark{random_uuid(), 0});
    writer_doubted_ = false;
    if (!settled.now.writer) {
      session_->cut();
    }
  }
  set_trouble({});
}

void commit_session::tend() {
  {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock()) {
      return;
    }
    drop_moved();
    if (has_session() && settle_doubts() && session_->run("select 1")) {
      return;
    }
  }
  // Without the lock: servers that do not answer take seconds, and commits must not wait for that.
  auto opened = connection::open(options_);
  const std::lock_guard lock(mutex_);
  if (!has_session()) {
    note_lost({});
    install(std::move(opened));
  }
  if (has_session()) {
    settle_doubts();
  }
}

std::string commit_session::trouble() const {
  const std::lock_guard lock(trouble_mutex_);
  return trouble_;
}

void commit_session::set_trouble(const std::string& why) {
  const std::lock_guard lock(trouble_mutex_);
  if (why != trouble_) {
    why.empty() ? spdlog::info("The database takes writes") : spdlog::error("No writes: {}", why);
    trouble_ = why;
  }
}

} // namespace muster::persistence::postgres
