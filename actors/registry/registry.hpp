#pragma once

#include "actors/device/work_carrier.hpp"
#include "actors/inspection/flight_recorder.hpp"
#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/time.hpp"
#include "actors/registry/listing.hpp"
#include "actors/rules/rules_table.hpp"
#include "actors/service/options.hpp"
#include "actors/service/status.hpp"
#include "persistence/committer/committer.hpp"
#include "persistence/store/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace caf {
class actor_system;
}

namespace muster {

/// Where activation reads go: runs `work` on a thread that may block, false when its queue is full.
/// The thread may carry out the turn of the actor that waited for it, so it ends before the
/// registry does. Injected, so that tests run it under their own scheduler.
using run_blocking = std::function<bool(std::function<void()> work)>;
/// Reads the rows of many devices, in their order.
using read_many = std::function<std::vector<result<std::optional<persistence::device_rows>>>(
    std::span<const device_id>)>;
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
    std::function<void(const device_id&, const std::string& credentials_id)> credentials_changed;
    /// Null: nothing holds for any device.
    rules_table* rules = nullptr;
    /// Null: the registry makes its own. Tests bring one with CAF's testing scheduler, which they
    /// drive.
    caf::actor_system* system = nullptr;
    /// Whether this node surely owns its shards at this moment, asked for every answer that needs
    /// no commit, by any thread. Null: always.
    std::function<bool()> owns_now = {};
    /// A commit has shown that the shard has a newer epoch than this one: it was closed. On the
    /// committer's thread; must not block.
    std::function<void(shard_id, persistence::shard_epoch)> shard_lost = {};
    /// Gets the commands of shards that are not served or are draining, instead of an answer
    /// wrong_owner; by any thread that sends. Null: they are answered.
    std::function<void(command&&, reply_handle&&)> not_served = {};
    /// All shards are served from the start, as by a single node.
    bool owns_all = true;
    /// For a store that reads many devices as fast as one. Null: one by one.
    read_many read_devices = {};
    /// Who carries out the work of the devices' outboxes. Null: nobody, and it waits.
    work_carrier* carrier = nullptr;
    /// Where events are noted. Null: the registry has its own.
    flight_recorder* recorder = nullptr;
  };

  registry(const service_options& options, dependencies needs);
  ~registry() override;

  void send(command what, reply_handle to);
  void report(const poll_report& what);

  /// Fires what is due; called by the timer thread (by tests: with their own clock) every 50 ms or
  /// so.
  void tick();

  // Which shards are served; for whoever decides on ownership, one call at a time for a shard.

  /// From now on the shard's commands are carried out, its writes carry `epoch` and its stored
  /// deadlines are kept.
  void open_shard(shard_id shard, persistence::shard_epoch epoch);
  /// New commands are answered wrong_owner, parked polls and waiting callers too. What is queued is
  /// carried out and committed, what lives in memory only becomes rows. Then `drained` is called
  /// once, by any thread, and must not block; it is not called when the shard is closed before.
  void drain_shard(shard_id shard, std::function<void()> drained);
  /// The shard is another node's, or may be: all that is in memory of it is dropped at once.
  void close_shard(shard_id shard);

  /// commit_listener
  void committed(std::span<const persistence::commit_report> batch) noexcept override;

  /// From now on new commands are answered shutting_down; polls already parked and callers that
  /// wait stay.
  void begin_shutdown();
  /// Ends every actor: what passivation would save is submitted, what waits is answered overloaded.
  /// Waits until they have ended; nothing is submitted afterwards, so the order of the end is
  /// stop(), then the committer's destructor, then this one.
  void stop();
  /// Changes that were refused because their shard was another node's already.
  std::uint64_t fenced_commits() const noexcept;
  /// Adds this room's figures.
  void fill(service_status& status) const;

  // For operators (listing.cpp): each looks at every shard under its lock, for a moment.

  std::vector<resident_facts> residents() const;
  std::vector<shard_facts> shards() const;
  /// Has those of the devices that are in memory tell how much of it they take: some time later it
  /// is among their facts. Costs each a turn.
  void measure_devices(std::span<const device_id> which);
  /// Whether the time that actors work is taken.
  void take_times(bool on) noexcept;

private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace muster
