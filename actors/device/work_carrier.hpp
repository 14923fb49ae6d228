#pragma once

#include "actors/device/effects.hpp"

#include <functional>

namespace muster {

/// Carries out what the devices' rule chains have left in their outboxes and what an actor cannot
/// do itself: it waits for the disk, the directory or another server. Thread-safe; never blocks.
class work_carrier {
public:
  using report = std::function<void(work_outcome&&)>;

  virtual ~work_carrier() = default;

  /// Begins the work and calls `done` once, on any thread, when it has ended; at the end of the
  /// carrier what is under way is dropped without that. False: too much is under way, and nothing
  /// happens. The device with the task's number tells one piece of work from all others, for ever.
  virtual bool carry(const device_id& device, outbox_task&& what, report done) = 0;
};

} // namespace muster
