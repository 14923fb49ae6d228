#include "persistence/postgres/commit_session.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace muster::persistence::postgres {

namespace {

/// After a session could not be opened.
constexpr std::chrono::milliseconds between_tries{250};

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
  if (session_ && session_->alive() && !watch_.is_used(session_->server())) {
    session_->cut();
  }
  if (!session_ || !session_->alive()) {
    if (steady::now() < next_try_) {
      return tl::unexpected(last_problem_);
    }
    if (auto opened = open(); !opened) {
      return opened;
    }
  }
  return settle_doubts();
}

result<void> commit_session::open() {
  session_.reset();
  auto opened = connection::open(options_);
  const auto written = opened.and_then([&](connection& fresh) {
    return fresh.run("insert into writer(id, seq) values ($1, $2) on conflict do nothing",
                     parameters().id(writer_.id).number(writer_.sequence));
  });
  if (!written) {
    next_try_ = steady::now() + between_tries;
    last_problem_ = to_error(written.error());
    set_trouble(last_problem_.message);
    return tl::unexpected(last_problem_);
  }
  session_ = std::move(*opened);
  watch_.use(session_->server());
  set_trouble({});
  return {};
}

result<void> commit_session::settle_doubts() {
  fence doubts{book_.doubted(), std::nullopt};
  if (writer_doubted_) {
    doubts.writer = writer_;
  }
  if (doubts.shards.empty() && !doubts.writer) {
    return {};
  }
  const auto settled = settle(*session_, doubts);
  if (!settled) {
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
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) {
    return;
  }
  if (recover() && !session_->run("select 1")) {
    recover();
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
