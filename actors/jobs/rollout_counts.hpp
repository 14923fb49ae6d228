#pragma once

#include "actors/jobs/jobs.hpp"
#include "actors/model/query.hpp"
#include "actors/model/reply.hpp"
#include "actors/registry/registry.hpp"
#include "persistence/store/store.hpp"

#include <atomic>
#include <memory>

namespace muster {

/// Counts how far packages have come: walks the devices in pieces on the threads that may block,
/// going back to the end of their queue after each, so that nobody waits for a long walk. A few
/// walks at a time, then overloaded. Thread-safe; outlives what it queues.
class rollout_counts {
public:
  rollout_counts(persistence::store& rows, const jobs& running, run_blocking read)
      : rows_(rows), jobs_(running), read_(std::move(read)) {}

  void ask(get_rollout what, reply_handle to);

private:
  struct walk;

  static constexpr int max_walks = 4;

  void queue(std::shared_ptr<walk> one);
  void go_on(const std::shared_ptr<walk>& one);
  result<bool> begin(walk& one);
  result<bool> count_piece(walk& one);
  result<void> count(walk& one, const device_id& device);
  result<bool> targeted_by(walk& one, const profile_id& profile);
  result<void> finish(walk& one);

  persistence::store& rows_;
  const jobs& jobs_;
  run_blocking read_;
  std::atomic<int> walks_{0};
};

} // namespace muster
