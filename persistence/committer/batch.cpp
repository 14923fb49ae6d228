#include "persistence/committer/batch.hpp"

#include <algorithm>
#include <chrono>

namespace muster::persistence {

namespace {

constexpr std::size_t not_written = static_cast<std::size_t>(-1);

bool writes_something(const submission& what) noexcept {
  return !what.changes.mutations.empty() || !what.changes.preconditions.empty();
}

error error_of(const write_outcome& outcome) {
  switch (outcome.what) {
  case write_outcome::kind::refused:
    return outcome.why;
  case write_outcome::kind::stale_epoch:
    return {error_code::storage_unavailable, "the device belongs to another node now"};
  default:
    return {error_code::storage_unavailable, outcome.why.message};
  }
}

} // namespace

batch_result batch_writer::carry_out(std::span<submission> batch) {
  batch_result sum;
  sum.submissions = batch.size();
  collect(batch);
  for (const auto& one : writes_) {
    sum.rows += one.mutations.size();
  }
  std::vector<write_outcome> outcomes;
  if (!writes_.empty()) {
    sum.written = true;
    const auto before = std::chrono::steady_clock::now();
    outcomes = store_.commit(writes_);
    const auto spent = std::chrono::steady_clock::now() - before;
    sum.microseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(spent).count());
    sum.failed = std::ranges::any_of(
        outcomes, [](const auto& one) { return one.what == write_outcome::kind::failed; });
  }
  judge(batch, outcomes);
  listener_.committed(reports_);
  complete(batch);
  return sum;
}

bool batch_writer::is_lost(const submission& what) {
  if (lost_.empty() || what.activation == 0 || !what.changes.device) {
    return false;
  }
  const auto found = lost_.find(*what.changes.device);
  if (found == lost_.end()) {
    return false;
  }
  if (found->second >= what.activation) {
    return true;
  }
  lost_.erase(found);
  return false;
}

void batch_writer::collect(std::span<submission> batch) {
  writes_.clear();
  reports_.clear();
  positions_.clear();
  for (auto& one : batch) {
    commit_report report{one.changes.device, one.activation, one.ticket, {}};
    std::size_t position = not_written;
    if (is_lost(one)) {
      report.outcome = {write_outcome::kind::failed,
                        {error_code::storage_unavailable, "an earlier change was lost"}};
    } else if (writes_something(one)) {
      position = writes_.size();
      writes_.push_back(std::move(one.changes));
    }
    positions_.push_back(position);
    reports_.push_back(std::move(report));
  }
}

void batch_writer::judge(std::span<const submission> batch, std::span<write_outcome> outcomes) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto& report = reports_[i];
    if (positions_[i] != not_written) {
      report.outcome = std::move(outcomes[positions_[i]]);
    } else if (report.outcome.what == write_outcome::kind::durable && is_lost(batch[i])) {
      // A read of what this very batch lost.
      report.outcome = {write_outcome::kind::failed,
                        {error_code::storage_unavailable, "an earlier change was lost"}};
    }
    const bool lost = report.outcome.what == write_outcome::kind::failed ||
                      report.outcome.what == write_outcome::kind::stale_epoch;
    if (lost && report.activation != 0 && report.device) {
      auto& newest = lost_[*report.device];
      newest = std::max(newest, report.activation);
    }
  }
}

void batch_writer::complete(std::span<submission> batch) {
  pushes_.clear();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto& outcome = reports_[i].outcome;
    for (auto& one : batch[i].replies) {
      if (!one.to) {
        continue;
      }
      if (outcome.what != write_outcome::kind::durable) {
        one.what = error_of(outcome);
      }
      reply_sink* sink = one.to.address().sink;
      auto found = std::ranges::find(pushes_, sink, [](const auto& push) { return push.first; });
      if (found == pushes_.end()) {
        pushes_.emplace_back(sink, std::vector<completion>());
        found = std::prev(pushes_.end());
        found->second.reserve(batch.size() - i);
      }
      found->second.push_back(std::move(one));
    }
    batch[i].replies.clear();
  }
  for (auto& [sink, completions] : pushes_) {
    sink->push(std::move(completions));
  }
}

} // namespace muster::persistence
