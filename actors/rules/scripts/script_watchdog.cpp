#include "actors/rules/scripts/script_watchdog.hpp"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace muster {

namespace {

constexpr auto look_every = std::chrono::milliseconds(5);
constexpr int quiet_looks = 200;

std::int64_t nanoseconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

} // namespace

script_watchdog::script_watchdog(milliseconds call_time)
    : call_nanoseconds_(call_time * 1'000'000), thread_([this] { watch(); }) {}

script_watchdog::~script_watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void script_watchdog::watch() {
  std::unique_lock lock(mutex_);
  int quiet = 0;
  while (!stopping_) {
    if (quiet < quiet_looks) {
      changed_.wait_for(lock, look_every);
      quiet = look_at_all() ? 0 : quiet + 1;
      continue;
    }
    asleep_ = true;
    // A call that began before it could see that the watchdog sleeps is seen here.
    if (!look_at_all()) {
      changed_.wait(lock, [this] { return stopping_ || !asleep_; });
    }
    asleep_ = false;
    quiet = 0;
  }
}

bool script_watchdog::look_at_all() {
  bool calls = false;
  for (auto* thread : watched_) {
    calls = thread->look(call_nanoseconds_) || calls;
  }
  return calls;
}

void script_watchdog::wake() {
  {
    const std::lock_guard lock(mutex_);
    asleep_ = false;
  }
  changed_.notify_one();
}

watched_thread::watched_thread(std::shared_ptr<script_watchdog> watchdog,
                               std::function<void()> interrupt)
    : watchdog_(std::move(watchdog)), interrupt_(std::move(interrupt)) {
  pthread_getcpuclockid(pthread_self(), &clock_);
  const std::lock_guard lock(watchdog_->mutex_);
  watchdog_->watched_.push_back(this);
}

watched_thread::~watched_thread() {
  const std::lock_guard lock(watchdog_->mutex_);
  std::erase(watchdog_->watched_, this);
}

void watched_thread::begin_call() {
  call_ = ++calls_;
  if (watchdog_->asleep_) {
    watchdog_->wake();
  }
}

bool watched_thread::end_call() noexcept {
  return call_.exchange(0) == over;
}

bool watched_thread::look(std::int64_t call_nanoseconds) {
  auto call = call_.load();
  if (call == 0) {
    return false;
  }
  if (call == over) {
    interrupt_();
    return true;
  }
  const auto now = nanoseconds_of(clock_);
  if (call != seen_call_) {
    seen_call_ = call;
    seen_at_ = now;
  } else if (now - seen_at_ >= call_nanoseconds && call_.compare_exchange_strong(call, over)) {
    interrupt_();
  }
  return true;
}

} // namespace muster
