#include "persistence/committer/committer.hpp"

#include "actors/model/rare_notice.hpp"
#include "persistence/committer/batch.hpp"
#include "persistence/store/weight.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace muster::persistence {

namespace {

/// After a burst the queue's memory is given back.
constexpr std::size_t max_kept = 4'096;

struct load {
  std::size_t rows = 0;
  std::size_t bytes = 0;
};

/// A read that waits counts as one row.
load load_of(const submission& what) noexcept {
  load sum{std::max<std::size_t>(what.changes.mutations.size(), 1),
           sizeof(submission) + what.replies.size() * sizeof(completion)};
  for (const auto& row : what.changes.mutations) {
    sum.bytes += weight(row);
  }
  return sum;
}

} // namespace

class committer::state {
public:
  state(store& target, commit_listener& listener, committer_options options)
      : options_(options), writer_(target, listener) {
    counters_.commit_time.upper = {100,   200,    400,    800,     1'500,   3'000,
                                   6'000, 12'000, 25'000, 100'000, 400'000, 2'000'000};
    counters_.commit_batch.upper = {1, 2, 4, 8, 16, 32, 64, 128, 512, 2'048};
    thread_ = std::thread([this] { serve(); });
  }

  ~state() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  bool submit(submission&& what) {
    const load adds = load_of(what);
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      const bool full = queued_.rows + adds.rows > options_.max_queued_rows ||
                        queued_.bytes + adds.bytes > options_.max_queued_bytes;
      if (ending_ || (full && !queue_.empty())) {
        return false;
      }
      queued_.rows += adds.rows;
      queued_.bytes += adds.bytes;
      queue_.push_back(std::move(what));
      // The thread looks at the queue under the lock before it sleeps, so only a sleeping one needs
      // the system call.
      wake = std::exchange(sleeping_, false);
    }
    if (wake) {
      wake_.notify_one();
    }
    return true;
  }

  counters stats() const {
    const std::lock_guard lock(mutex_);
    counters now = counters_;
    now.queued = queue_.size();
    return now;
  }

private:
  void serve() {
    std::vector<submission> taken;
    while (take(taken)) {
      std::span<submission> rest(taken);
      while (!rest.empty()) {
        const std::size_t count = next_batch(rest);
        count_batch(writer_.carry_out(rest.first(count)));
        rest = rest.subspan(count);
      }
      taken.clear();
      if (taken.capacity() > max_kept) {
        taken = std::vector<submission>();
      }
    }
  }

  /// Waits for submissions and takes all of them; false when the committer ends and all is done.
  bool take(std::vector<submission>& into) {
    std::unique_lock lock(mutex_);
    while (queue_.empty() && !ending_) {
      sleeping_ = true;
      wake_.wait(lock);
    }
    sleeping_ = false;
    std::swap(queue_, into);
    queued_ = {};
    return !into.empty();
  }

  std::size_t next_batch(std::span<const submission> rest) const {
    std::size_t rows = 0;
    std::size_t count = 0;
    do {
      rows += rest[count++].changes.mutations.size();
    } while (count < rest.size() &&
             rows + rest[count].changes.mutations.size() <= options_.max_batch_rows);
    return count;
  }

  void count_batch(const batch_result& what) {
    std::size_t waiting = 0;
    {
      const std::lock_guard lock(mutex_);
      count(what);
      waiting = queue_.size();
    }
    if (what.written && what.microseconds >= options_.slow_commit) {
      tell_slow(what, waiting);
    }
  }

  void tell_slow(const batch_result& what, std::size_t waiting) {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
    if (const auto left_out = slow_commits_.take(now.count())) {
      spdlog::warn(
          "A commit of {} changes with {} rows took {} ms while {} more came; {} other slow "
          "ones since the last such line",
          what.submissions, what.rows, what.microseconds / 1'000, waiting, *left_out);
    }
  }

  /// With the lock held.
  void count(const batch_result& what) {
    ++counters_.batches;
    counters_.submissions += what.submissions;
    counters_.rows += what.rows;
    counters_.failures += what.failed ? 1 : 0;
    if (what.written) {
      counters_.commit_time.add(what.microseconds);
    }
    counters_.commit_batch.add(what.submissions);
  }

  committer_options options_;
  batch_writer writer_;
  rare_notice slow_commits_{10'000};

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<submission> queue_;
  load queued_;
  counters counters_;
  bool sleeping_ = false;
  bool ending_ = false;

  std::thread thread_;
};

committer::committer(store& target, commit_listener& listener, committer_options options)
    : state_(std::make_unique<state>(target, listener, options)) {}

committer::~committer() = default;

bool committer::submit(submission&& what) {
  return state_->submit(std::move(what));
}

committer::counters committer::stats() const noexcept {
  return state_->stats();
}

} // namespace muster::persistence
