#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace muster::node {

/// Whoever has started this process and wants to know how it does: systemd, for a unit of type
/// notify, or another program that speaks its protocol. Without `NOTIFY_SOCKET` in the environment
/// there is none, and nothing is told.
class service_manager {
public:
  /// Reads the environment; it must not be changed meanwhile.
  service_manager();

  /// Sends one assignment (`READY=1`, `STOPPING=1`, `STATUS=words`) and does not wait for it to be
  /// read. What can't be sent is logged and nothing else, since the node does not live by it. Any
  /// thread.
  void tell(std::string_view state) const;

  /// How often `WATCHDOG=1` should be told: half of the time after which the manager takes the
  /// process for stuck. Zero: it does not watch.
  [[nodiscard]] std::chrono::microseconds beat_every() const { return beat_every_; }

private:
  std::string socket_;
  std::chrono::microseconds beat_every_{0};
};

/// Tells the manager that the process is alive for as long as this object is, from a thread of its
/// own; none where the manager does not watch. Made and ended by one thread.
class heartbeat {
public:
  /// `manager` must outlive the object. What was blocked of signals stays blocked in its thread.
  explicit heartbeat(const service_manager& manager);
  heartbeat(const heartbeat&) = delete;
  heartbeat& operator=(const heartbeat&) = delete;
  ~heartbeat() { end(); }

  /// From now on each beat comes after `check` has returned: one that never does leaves the manager
  /// without beats. `check` is called on the heartbeat's thread until `end`.
  void beat_after(std::function<void()> check);
  /// The last beat was told and `check` is not called any more once this returns; it waits for one
  /// under way. May be called again.
  void end();

private:
  void beat(const service_manager& manager);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::function<void()> check_;
  std::thread thread_;
};

} // namespace muster::node
