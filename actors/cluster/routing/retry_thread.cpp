#include "actors/cluster/routing/retry_thread.hpp"

#include <chrono>

namespace muster {

namespace {

constexpr std::chrono::milliseconds at_least_every{50};

} // namespace

retry_thread::retry_thread(router& of) : thread_([this, &of] { run(of); }) {}

retry_thread::~retry_thread() {
  {
    const std::lock_guard guard(lock_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void retry_thread::wake() {
  {
    const std::lock_guard guard(lock_);
    woken_ = true;
  }
  changed_.notify_all();
}

void retry_thread::run(router& of) {
  std::unique_lock guard(lock_);
  while (!ends_) {
    changed_.wait_for(guard, at_least_every, [this] { return ends_ || woken_; });
    woken_ = false;
    guard.unlock();
    of.retry();
    guard.lock();
  }
}

} // namespace muster
