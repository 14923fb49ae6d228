#pragma once

#include "actors/registry/registry.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace muster {

struct device_slot;

/// Devices whose rows are to be read, for a store that reads many as fast as one: those that gather
/// while reads are under way are read together. Thread-safe.
class load_queue {
public:
  /// Devices of one read, and reads under way, which leaves threads to others.
  static constexpr std::size_t most_at_once = 100;
  static constexpr std::size_t most_reads = 4;
  static constexpr std::size_t most_waiting = 100'000;

  struct entry {
    device_slot* slot = nullptr;
    std::uint64_t activation = 0;
  };
  using rows_of_device = result<std::optional<persistence::device_rows>>;

  /// `deliver` is given each device's rows, on a thread of `run`.
  load_queue(read_many read, run_blocking run,
             std::function<void(const entry&, rows_of_device&&)> deliver)
      : read_(std::move(read)), run_(std::move(run)), deliver_(std::move(deliver)) {}

  /// False: nothing will be delivered, since too many wait already.
  bool add(const entry& what);

private:
  void read_some();
  std::vector<entry> take();
  std::vector<rows_of_device> rows_of(const std::vector<entry>& devices) const;

  read_many read_;
  run_blocking run_;
  std::function<void(const entry&, rows_of_device&&)> deliver_;
  std::mutex mutex_;
  std::deque<entry> waiting_;
  std::size_t reads_ = 0;
};

} // namespace muster
