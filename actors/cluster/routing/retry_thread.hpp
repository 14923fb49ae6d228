#pragma once

#include "actors/cluster/routing/router.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace muster {

/// Calls `router::retry` every 50 ms, and soon after each `wake`.
class retry_thread {
public:
  /// Runs from now on; `of` outlives it.
  explicit retry_thread(router& of);
  ~retry_thread();

  /// Any thread.
  void wake();

private:
  void run(router& of);

  std::mutex lock_;
  std::condition_variable changed_;
  bool ends_ = false;
  bool woken_ = false;
  std::thread thread_;
};

} // namespace muster
