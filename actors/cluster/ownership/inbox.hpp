#pragma once

#include "actors/cluster/membership/membership.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace muster {

/// What other threads tell the ownership's thread. Shared with the callbacks that were handed out,
/// which may be called when the ownership is long gone. Thread-safe.
class inbox {
public:
  using event = std::function<void(membership&, milliseconds now)>;

  /// `wake` ends the thread's waiting; it is called under the inbox's lock, and never after
  /// `close`.
  explicit inbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void post(event what) {
    std::lock_guard guard(mutex_);
    if (wake_) {
      events_.push_back(std::move(what));
      wake_();
    }
  }

  std::vector<event> take() {
    std::lock_guard guard(mutex_);
    return std::exchange(events_, {});
  }

  void close() {
    std::lock_guard guard(mutex_);
    wake_ = nullptr;
    events_.clear();
  }

private:
  std::mutex mutex_;
  std::function<void()> wake_;
  std::vector<event> events_;
};

} // namespace muster
