#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace muster::persistence {

struct reader_pool_options {
  std::size_t threads = 2;
  /// Works that may wait; beyond them `run` refuses.
  std::size_t max_queued = 1'024;
};

/// The threads that may block on the disk: every read of the store runs here. First come, first
/// served.
class reader_pool {
public:
  explicit reader_pool(reader_pool_options options = {});
  /// Runs what is queued, then ends the threads.
  ~reader_pool();

  /// Queues `work`; any thread, never blocks. False when the queue is full or the pool ends: the
  /// caller answers `overloaded`. An exception of `work` is logged and ends only that work.
  bool run(std::function<void()> work);

  struct counters {
    std::uint64_t done = 0;
    std::uint64_t refused = 0;
    /// Exceptions that works let out.
    std::uint64_t failures = 0;
    /// Works that wait now.
    std::size_t queued = 0;
  };
  counters stats() const noexcept;

private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace muster::persistence
