#pragma once

#include "persistence/memory/memory_store.hpp"
#include "tests/support/forwarding_store.hpp"

#include <condition_variable>
#include <mutex>
#include <vector>

namespace muster::test {

/// A memory store whose commits can be held back, and which remembers their sizes. Reads go to the
/// store itself.
class gated_store final : public forwarding_store {
public:
  explicit gated_store(persistence::memory_store& inner) : forwarding_store(inner) {}

  void close() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  /// Until a commit stands before the closed gate.
  void wait_until_waiting() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_; });
  }
  /// The commit at the gate succeeds, the one after it fails.
  void fail_after_next(persistence::memory_store& inner) {
    const std::lock_guard lock(mutex_);
    fail_second_ = &inner;
  }
  std::vector<std::size_t> batches() const {
    const std::lock_guard lock(mutex_);
    return batches_;
  }

  std::vector<persistence::write_outcome>
  commit(std::span<const persistence::write> batch) override {
    {
      std::unique_lock lock(mutex_);
      batches_.push_back(batch.size());
      waiting_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return open_; });
      waiting_ = false;
    }
    auto outcomes = inner_.commit(batch);
    const std::lock_guard lock(mutex_);
    if (fail_second_ != nullptr) {
      fail_second_->fail_commits(1);
      fail_second_ = nullptr;
    }
    return outcomes;
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  bool waiting_ = false;
  persistence::memory_store* fail_second_ = nullptr;
  std::vector<std::size_t> batches_;
};

} // namespace muster::test
