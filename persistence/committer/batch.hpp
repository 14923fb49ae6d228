#pragma once

#include "persistence/committer/committer.hpp"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster::persistence {

struct batch_result {
  std::size_t submissions = 0;
  std::size_t rows = 0;
  /// The store was called, for so long.
  bool written = false;
  std::uint64_t microseconds = 0;
  bool failed = false;
};

/// The committer without its thread and queue: makes submissions one write, tells the listener,
/// completes the replies. Used by one thread.
class batch_writer {
public:
  batch_writer(store& target, commit_listener& listener) : store_(target), listener_(listener) {}

  /// Leaves the submissions without their changes and replies.
  batch_result carry_out(std::span<submission> batch);

private:
  bool is_lost(const submission& what);
  void collect(std::span<submission> batch);
  void judge(std::span<const submission> batch, std::span<write_outcome> outcomes);
  void complete(std::span<submission> batch);

  store& store_;
  commit_listener& listener_;

  /// Newest activation of a device that lost a commit. An entry goes when the device's next
  /// activation writes, so there are at most as many as devices that failed and never came back.
  std::unordered_map<device_id, std::uint64_t> lost_;

  // Kept between batches for their memory.
  std::vector<write> writes_;
  /// Position in `writes_` by submission; npos: not written.
  std::vector<std::size_t> positions_;
  std::vector<commit_report> reports_;
  std::vector<std::pair<reply_sink*, std::vector<completion>>> pushes_;
};

} // namespace muster::persistence
