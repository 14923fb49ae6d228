#pragma once

#include "actors/model/time.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <ctime>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace muster {

class watched_thread;

/// One thread that interrupts calls of scripts whose time is over. It looks every few milliseconds
/// while there are calls, and sleeps when there have been none for a second.
class script_watchdog {
public:
  /// `call_time` is processor time of the calling thread in milliseconds.
  explicit script_watchdog(milliseconds call_time);
  ~script_watchdog();
  script_watchdog(const script_watchdog&) = delete;
  script_watchdog& operator=(const script_watchdog&) = delete;

private:
  friend class watched_thread;
  void watch();
  bool look_at_all();
  void wake();

  const std::int64_t call_nanoseconds_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<watched_thread*> watched_;
  bool stopping_ = false;
  std::atomic<bool> asleep_ = false;
  std::thread thread_;
};

/// The calls of one thread. Made, used and destroyed by that thread.
class watched_thread {
public:
  /// `interrupt` is called by the watchdog's thread, perhaps a moment after the call has ended: who
  /// is interrupted asks time_is_over.
  watched_thread(std::shared_ptr<script_watchdog> watchdog, std::function<void()> interrupt);
  ~watched_thread();
  watched_thread(const watched_thread&) = delete;
  watched_thread& operator=(const watched_thread&) = delete;

  const std::shared_ptr<script_watchdog>& watchdog() const noexcept { return watchdog_; }

  void begin_call();
  bool time_is_over() const noexcept { return call_ == over; }
  /// Whether the call's time was over.
  bool end_call() noexcept;

private:
  friend class script_watchdog;
  static constexpr std::uint64_t over = std::numeric_limits<std::uint64_t>::max();

  bool look(std::int64_t call_nanoseconds);

  const std::shared_ptr<script_watchdog> watchdog_;
  const std::function<void()> interrupt_;
  clockid_t clock_{};
  std::uint64_t calls_ = 0;
  /// 0 between calls, else the number of the call, or `over`: an exchange by number can't hit a
  /// later call than the one that was looked at.
  std::atomic<std::uint64_t> call_ = 0;
  /// The watchdog's own: the call it saw last, and the thread's processor time then.
  std::uint64_t seen_call_ = 0;
  std::int64_t seen_at_ = 0;
};

} // namespace muster
