#pragma once

#include "actors/registry/registry.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace muster {

/// Reads of a store that answers many questions as fast as one: what is asked while reads are under
/// way gathers and is read together. Thread-safe.
template <class Question>
class gathered_reads {
public:
  struct limits {
    /// Questions of one read.
    std::size_t at_once = 100;
    /// Reads under way, which leaves threads to others.
    std::size_t reads = 4;
    /// Questions that wait.
    std::size_t waiting = 100'000;
  };

  /// Each question is given to one of the two, once: `read` on a thread of `run`, or `refuse`, on
  /// any thread that asks, when too many wait. `read` throws nothing. `run` runs nothing any more
  /// when this ends.
  gathered_reads(run_blocking run, limits bounds, std::function<void(std::vector<Question>)> read,
                 std::function<void(Question)> refuse)
      : run_(std::move(run)), bounds_(bounds), read_(std::move(read)), refuse_(std::move(refuse)) {}

  void ask(Question what) {
    {
      std::unique_lock lock(mutex_);
      if (waiting_.size() >= bounds_.waiting) {
        lock.unlock();
        return refuse_(std::move(what));
      }
      waiting_.push_back(std::move(what));
      if (reads_ == bounds_.reads) {
        return;
      }
      ++reads_;
    }
    if (!run_([this] { read_some(); })) {
      give_up();
    }
  }

private:
  void read_some() {
    do {
      auto questions = take();
      if (questions.empty()) {
        return;
      }
      read_(std::move(questions));
      // The next ones behind the reads of others that wait.
    } while (!run_([this] { read_some(); }));
  }

  std::vector<Question> take() {
    const std::lock_guard lock(mutex_);
    const auto end =
        waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), bounds_.at_once));
    std::vector<Question> taken(std::make_move_iterator(waiting_.begin()),
                                std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    reads_ -= taken.empty() ? 1 : 0;
    return taken;
  }

  /// No read could be begun; those under way come to what waits.
  void give_up() {
    std::vector<Question> left;
    {
      const std::lock_guard lock(mutex_);
      if (--reads_ == 0) {
        left = std::exchange(waiting_, {});
      }
    }
    for (auto& one : left) {
      refuse_(std::move(one));
    }
  }

  run_blocking run_;
  const limits bounds_;
  std::function<void(std::vector<Question>)> read_;
  std::function<void(Question)> refuse_;
  std::mutex mutex_;
  std::vector<Question> waiting_;
  std::size_t reads_ = 0;
};

} // namespace muster
