#pragma once

#include "actors/model/histogram.hpp"
#include "actors/model/reply.hpp"
#include "persistence/store/store.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace muster::persistence {

/// What a device's actor hands over at once: its changes, and the replies that depend on them.
/// Without mutations it is a read whose answer must wait until what it saw is durable.
struct submission {
  write changes;
  /// Number of the device's activation, 0 for changes of the directory. After a failed commit
  /// everything else of the same activation is refused, so that nothing is built on what was lost.
  std::uint64_t activation = 0;
  std::vector<completion> replies;
  /// Reported back with the outcome; chosen by the submitter.
  std::uint64_t ticket = 0;
};

struct commit_report {
  std::optional<device_id> device;
  std::uint64_t activation = 0;
  std::uint64_t ticket = 0;
  write_outcome outcome;
};

/// Told of every submission's outcome, once per batch, on the committer's thread, before the
/// replies go out. Must not block.
class commit_listener {
public:
  virtual ~commit_listener() = default;
  virtual void committed(std::span<const commit_report> batch) noexcept = 0;
};

struct committer_options {
  /// Beyond these a submission is refused at once; a single larger one passes when the queue is
  /// empty.
  std::size_t max_queued_rows = 65'536;
  std::size_t max_queued_bytes = std::size_t{64} << 20;
  std::size_t max_batch_rows = 8'192;
  /// Microseconds from which on a commit is logged as slow, one in ten seconds.
  std::uint64_t slow_commit = 1'000'000;
};

/// Group commit: takes all that waits, makes it one durable write, then completes every reply, one
/// push per sink and batch. One plain thread with a queue; natural batching, no timer: what arrives
/// while a commit is under way is the next batch. Order per device is the order of submit.
class committer {
public:
  /// The store and the listener outlive the committer.
  committer(store& target, commit_listener& listener, committer_options options);
  /// Commits what is queued, then ends the thread.
  ~committer();

  /// Never blocks. False when a bound is reached; `what` is then untouched and the caller answers
  /// `overloaded`.
  bool submit(submission&& what);

  struct counters {
    std::uint64_t batches = 0;
    std::uint64_t submissions = 0;
    std::uint64_t rows = 0;
    std::uint64_t failures = 0;
    /// Submissions that wait now.
    std::size_t queued = 0;
    /// Microseconds of one commit of the store.
    histogram_counts<12> commit_time;
    /// Submissions in one batch.
    histogram_counts<10> commit_batch;
  };
  counters stats() const noexcept;

private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace muster::persistence
