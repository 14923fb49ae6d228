#include "persistence/postgres/commit_session.hpp"

#include "persistence/postgres/batch_rows.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <map>

namespace muster::persistence::postgres {

namespace {

/// How often a batch is sent again before it fails.
constexpr int most_attempts = 12;
/// How long a lost outcome is looked for before the caller is answered.
constexpr milliseconds settle_timeout = 1'000;

bool is_one_of(const failure& why, std::initializer_list<std::string_view> states) {
  return std::ranges::any_of(states, [&](auto state) { return why.state.starts_with(state); });
}

} // namespace

commit_session::commit_session(const connection_options& options, shard_book& book,
                               server_watch& watch, const clock_source& clock)
    : options_(options), book_(book), watch_(watch),
      clock_(clock), writer_{random_uuid(), 0}, last_problem_{error_code::storage_unavailable,
                                                              "not connected"} {}

std::vector<write_outcome> commit_session::commit(std::span<const write> batch) {
  const std::lock_guard lock(mutex_);
  std::vector<write_outcome> outcomes(batch.size());
  std::vector<part> parts;
  parts.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    parts.push_back({&batch[i], &outcomes[i]});
  }
  carry_out(std::move(parts));
  return outcomes;
}

void commit_session::carry_out(std::vector<part> parts) {
  const auto end = steady::now() + std::chrono::milliseconds(options_.answer_timeout);
  for (int tries = 0; tries < most_attempts && (tries == 0 || steady::now() < end); ++tries) {
    if (const auto ready = recover(); !ready) {
      fail(parts, ready.error());
      return;
    }
    const fence expected = fence_of(parts);
    if (parts.empty()) {
      return;
    }
    switch (attempt(parts, expected)) {
    case ending::committed:
      note_committed(expected);
      return;
    case ending::fenced:
      find_lost(expected);
      break;
    case ending::refused:
      carry_out_halves(parts, last_problem_);
      return;
    case ending::unavailable:
      fail(parts, last_problem_);
      return;
    case ending::unknown:
      if (finish_unknown(parts, expected)) {
        return;
      }
      break;
    default:
      break;
    }
  }
  fail(parts, last_problem_);
}

void commit_session::carry_out_halves(const std::vector<part>& parts, const error& why) {
  if (parts.size() == 1) {
    fail(parts, why);
    return;
  }
  const auto middle = parts.begin() + static_cast<std::ptrdiff_t>(parts.size() / 2);
  carry_out({parts.begin(), middle});
  carry_out({middle, parts.end()});
}

fence commit_session::fence_of(std::vector<part>& parts) const {
  std::map<shard_id, shard_mark> shards;
  fence expected;
  std::erase_if(parts, [&](const part& one) {
    const auto& change = *one.change;
    if (!change.device || change.epoch == new_device_epoch) {
      expected.writer = writer_;
      return false;
    }
    const auto mark = book_.find(change.shard);
    if (!mark || mark->epoch != change.epoch) {
      *one.outcome = {write_outcome::kind::stale_epoch, {}};
      return true;
    }
    shards.emplace(change.shard, *mark);
    return false;
  });
  for (const auto& [shard, mark] : shards) {
    expected.shards.push_back(mark);
  }
  return expected;
}

commit_session::ending commit_session::attempt(const std::vector<part>& parts,
                                               const fence& expected) {
  std::vector<const write*> changes;
  changes.reserve(parts.size());
  for (const auto& one : parts) {
    changes.push_back(one.change);
  }
  judgement judge(changes);
  session_->queue("begin");
  const std::size_t before = 1 + queue_fence(*session_, expected);
  bool safe = options_.unsafe_single_copy;
  if (judge.needed()) {
    judge.queue(*session_);
    const auto answers = session_->flush();
    if (!answers) {
      return ending_of(answers.error(), false);
    }
    judge.read(std::span(*answers).subspan(before));
    safe = safe || answers->at(1).flag(0, 1);
  }
  queue_rows(parts, judge);
  session_->queue("commit");
  session_->take_warning();
  const auto answers = session_->flush();
  if (!answers) {
    return ending_of(answers.error(), true);
  }
  if (safe || (!judge.needed() && answers->at(1).flag(0, 1))) {
    return session_->take_warning() ? ending::unknown : ending::committed;
  }
  // Only one machine may have it. The next session is refused until there is a standby again, and
  // settling then waits for it.
  last_problem_ = {error_code::storage_unavailable, "synchronous_standby_names is empty"};
  session_->cut();
  return ending::unknown;
}

void commit_session::queue_rows(const std::vector<part>& parts, judgement& judge) {
  batch_rows rows(*session_, clock_.now().wall);
  for (const auto& one : parts) {
    if (auto why = judge.judge(*one.change)) {
      *one.outcome = {write_outcome::kind::refused, std::move(*why)};
    } else {
      *one.outcome = {};
      rows.add(*one.change);
    }
  }
  rows.finish();
}

commit_session::ending commit_session::ending_of(const failure& why, bool commit_sent) {
  last_problem_ = to_error(why);
  if (why.what == failure::kind::lost) {
    note_lost(why);
    return commit_sent ? ending::unknown : ending::session_gone;
  }
  if (!session_->roll_back()) {
    return ending::session_gone;
  }
  if (why.is(fence_broken)) {
    return ending::fenced;
  }
  // Serialization, deadlock, a unique value that another node took meanwhile.
  if (is_one_of(why, {"40", "23505", "55P03"})) {
    return ending::again;
  }
  // The server takes no writes any more, or is about to end.
  if (is_one_of(why, {"25006", "57P"})) {
    session_->cut();
    return ending::session_gone;
  }
  // Out of disk or memory, an I/O error: no row is to blame.
  if (is_one_of(why, {"53", "58", "XX"})) {
    set_trouble(last_problem_.message);
    return ending::unavailable;
  }
  spdlog::error("The database refuses a change: {} ({})", why.message, why.state);
  return ending::refused;
}

bool commit_session::finish_unknown(const std::vector<part>& parts, const fence& expected) {
  book_.doubt(expected.shards);
  writer_doubted_ = writer_doubted_ || expected.writer.has_value();
  if (!has_session() && steady::now() < lost_since_ + patience) {
    install(connection::open(options_));
  }
  if (!has_session()) {
    set_trouble(last_problem_.message);
    fail(parts, last_problem_);
    return true;
  }
  session_->wait_at_most(settle_timeout);
  const auto settled = settle(*session_, expected);
  session_->wait_at_most(options_.answer_timeout);
  if (!settled) {
    note_lost(settled.error());
    last_problem_ = to_error(settled.error());
    set_trouble(last_problem_.message);
    fail(parts, last_problem_);
    return true;
  }
  apply(expected, *settled);
  if (settled->what == settlement::verdict::unknown) {
    fail(parts, {error_code::storage_unavailable, "the outcome of the commit is unknown"});
    return true;
  }
  // Undone: once more, with the sequences as they are now.
  return settled->what == settlement::verdict::durable;
}

void commit_session::note_committed(const fence& expected) {
  for (auto mark : expected.shards) {
    ++mark.sequence;
    book_.settle(mark);
  }
  if (expected.writer) {
    ++writer_.sequence;
  }
  set_trouble({});
}

void commit_session::fail(const std::vector<part>& parts, const error& why) {
  for (const auto& one : parts) {
    *one.outcome = {write_outcome::kind::failed, why};
  }
}

} // namespace muster::persistence::postgres
