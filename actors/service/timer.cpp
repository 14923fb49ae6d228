#include "actors/service/timer.hpp"

#include <utility>

namespace muster {

timer::timer(std::chrono::milliseconds pause, std::function<void()> tick)
    : pause_(pause), tick_(std::move(tick)), thread_([this] { run(); }) {}

timer::~timer() {
  stop();
}

void timer::stop() {
  {
    std::lock_guard guard(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void timer::soon() {
  {
    const std::lock_guard guard(mutex_);
    soon_ = true;
  }
  wake_.notify_one();
}

void timer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait_for(lock, pause_, [this] { return ending_ || soon_; });
    if (ending_) {
      return;
    }
    soon_ = false;
    lock.unlock();
    tick_();
    lock.lock();
  }
}

} // namespace muster
