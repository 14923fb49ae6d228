#pragma once

#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/time.hpp"
#include "actors/rules/rules_table.hpp"
#include "actors/service/options.hpp"
#include "actors/service/status.hpp"
#include "persistence/committer/committer.hpp"
#include "persistence/store/store.hpp"

#include <functional>
#include <memory>

namespace caf {
class actor_system;
}

namespace muster {

/// Where activation reads go: runs `work` on a thread that may block, false when its queue is full.
/// Injected, so that tests run it under their own scheduler.
using run_blocking = std::function<bool(std::function<void()> work)>;
/// Where submissions go: persistence::committer::submit in the node.
using submit_changes = std::function<bool(persistence::submission&&)>;

/// The shards' locked tables: device id → actor. Finds or activates, passivates, keeps deadlines,
/// hears of commits. Device handles never leave it. All members thread-safe and non-blocking.
class registry final : public persistence::commit_listener {
public:
  struct dependencies {
    persistence::store& rows;
    const clock_source& clock;
    run_blocking read;
    submit_changes submit;
    /// Told after a commit that changed or ended a device's credentials, with the id it had: caches
    /// forget it.
    std::function<void(const std::string& credentials_id)> credentials_changed;
    /// Null: nothing holds for any device.
    rules_table* rules = nullptr;
    /// Null: the registry makes its own. Tests bring one with CAF's testing scheduler, which they
    /// drive.
    caf::actor_system* system = nullptr;
  };

  registry(const service_options& options, dependencies needs);
  ~registry() override;

  void send(command what, reply_handle to);
  void report(const poll_report& what);

  /// Fires what is due; called by the timer thread (by tests: with their own clock) every 50 ms or
  /// so.
  void tick();

  /// commit_listener
  void committed(std::span<const persistence::commit_report> batch) noexcept override;

  /// From now on new commands are answered shutting_down; polls already parked and callers that
  /// wait stay.
  void begin_shutdown();
  /// Ends every actor: what passivation would save is submitted, what waits is answered overloaded.
  /// Waits until they have ended; nothing is submitted afterwards, so the order of the end is
  /// stop(), then the committer's destructor, then this one.
  void stop();
  /// Adds this room's figures.
  void fill(service_status& status) const;

private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace muster
