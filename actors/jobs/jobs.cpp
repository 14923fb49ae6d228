#include "actors/jobs/jobs.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// Both bring devices to what their profile says by now.
bool same_aim(const job& a, const job& b) noexcept {
  return keeps_devices(a.kind) && a.kind == b.kind && a.subject == b.subject && a.type == b.type;
}

/// Whether the device may have to be asked again: it is not known to be done, or gone.
bool to_repeat(const reply& what) noexcept {
  const auto* problem = std::get_if<error>(&what);
  return problem != nullptr && problem->code != error_code::not_found;
}

} // namespace

result<void> jobs::load() {
  auto rows = needs_.rows.read_jobs();
  if (!rows) {
    return tl::unexpected(std::move(rows.error()));
  }
  for (const auto& row : *rows) {
    added(row);
  }
  return {};
}

result<void> jobs::refresh() {
  auto rows = needs_.rows.read_jobs();
  if (!rows) {
    return tl::unexpected(std::move(rows.error()));
  }
  const std::lock_guard guard(mutex_);
  if (phase_ != phase::idle) {
    return {};
  }
  std::erase_if(queue_, [&](entry& known) {
    const auto stored = std::find_if(rows->begin(), rows->end(),
                                     [&](const job& row) { return row.id == known.row.id; });
    if (stored != rows->end() && !works_at(known)) {
      known.row = *stored;
    }
    return stored == rows->end();
  });
  for (const auto& row : *rows) {
    add(row);
  }
  return {};
}

void jobs::added(const job& one) {
  const std::lock_guard guard(mutex_);
  add(one);
}

void jobs::add(const job& one) {
  for (auto& known : queue_) {
    if (known.row.id == one.id) {
      return;
    }
    known.superseded |= same_aim(known.row, one);
  }
  queue_.push_back({one});
}

void jobs::stop() {
  const std::lock_guard guard(mutex_);
  stopping_ = true;
}

std::vector<job> jobs::list() const {
  const std::lock_guard guard(mutex_);
  std::vector<job> rows;
  for (const auto& one : queue_) {
    rows.push_back(one.row);
  }
  return rows;
}

void jobs::tick() {
  entry at;
  {
    const std::lock_guard guard(mutex_);
    const milliseconds now = needs_.clock.now().steady;
    if (phase_ == phase::answered) {
      settle(now);
    }
    if (stopping_ || phase_ != phase::idle || !pick(now)) {
      return;
    }
    phase_ = phase::reading;
    at = queue_.front();
  }
  if (!needs_.read([this, at = std::move(at)] { begin_slice(at); })) {
    const std::lock_guard guard(mutex_);
    phase_ = phase::idle;
  }
}

/// Brings the next job that may go on to the front; in turns.
bool jobs::pick(milliseconds now) {
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    if (queue_.front().not_before <= now && works_at(queue_.front())) {
      return true;
    }
    std::rotate(queue_.begin(), queue_.begin() + 1, queue_.end());
  }
  return false;
}

void jobs::settle(milliseconds now) {
  phase_ = phase::idle;
  if (failures_ != 0) {
    failed(now);
    return;
  }
  if (step_ == step::end) {
    queue_.pop_front();
    return;
  }
  queue_.front().tries = 0;
  if (step_ == step::devices) {
    advance();
  }
  std::rotate(queue_.begin(), queue_.begin() + 1, queue_.end());
}

void jobs::failed(milliseconds now) {
  auto& at = queue_.front();
  if (step_ != step::devices || ++at.tries < max_tries) {
    at.not_before = now + retry_after;
    return;
  }
  spdlog::warn("{} devices of a job could not be reached and are left to another walk", failures_);
  at.tries = 0;
  at.skipped = true;
  advance();
}

/// The position may be lost: then its devices are done again. It stays before devices that were
/// given up, until a walk has met them.
void jobs::advance() {
  auto& row = queue_.front().row;
  row.after = reached_;
  row.done += sent_ - failures_;
  row.total = std::max(total_, row.done);
  // Another node may have ended the job meanwhile: it must not come back.
  if (queue_.front().skipped || !works_at(queue_.front())) {
    return;
  }
  persistence::submission what;
  what.changes.epoch = persistence::first_epoch;
  what.changes.mutations.emplace_back(persistence::put_job{row});
  needs_.submit(std::move(what));
}

void jobs::push(std::vector<completion> batch) noexcept {
  const std::lock_guard guard(mutex_);
  for (auto& one : batch) {
    if (one.to.release().connection != round_ || phase_ != phase::waiting) {
      continue;
    }
    failures_ += to_repeat(one.what) ? 1 : 0;
    if (--outstanding_ == 0) {
      phase_ = phase::answered;
    }
  }
}

} // namespace muster
