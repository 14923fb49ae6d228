#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace muster {

/// One plain thread that calls `tick` again and again, `pause` after the last call ended.
class timer {
public:
  timer(std::chrono::milliseconds pause, std::function<void()> tick);
  /// As `stop`.
  ~timer();

  /// No call begins any more; waits for one that runs.
  void stop();

  /// The next call begins at once, or as soon as the one that runs has ended. Any thread.
  void soon();

private:
  void run();

  std::chrono::milliseconds pause_;
  std::function<void()> tick_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  bool soon_ = false;
  std::thread thread_;
};

} // namespace muster
