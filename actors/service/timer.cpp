#include "actors/service/timer.hpp"

#include <utility>

namespace muster {

timer::timer(std::chrono::milliseconds pause, std::function<void()> tick)
    : pause_(pause), tick_(std::move(tick)), thread_([this] { run(); }) {}

timer::~timer() {
  {
    std::lock_guard guard(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void timer::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, pause_, [this] { return ending_; })) {
    lock.unlock();
    tick_();
    lock.lock();
  }
}

} // namespace muster
