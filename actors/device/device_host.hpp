#pragma once

#include "actors/device/envelope.hpp"
#include "actors/device/settings.hpp"
#include "actors/device/slow_turns.hpp"
#include "actors/inspection/flight_recorder.hpp"
#include "actors/rules/rules_table.hpp"
#include "persistence/committer/committer.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace muster {

class device_shell;

/// What the table and a device's actor know of each other, one per resident device. Owned by the
/// table; handed to the actor when it leaves. The atomics are what the actor, senders and the
/// committer's thread change without a lock.
struct device_slot {
  virtual ~device_slot() = default;

  device_id device;
  /// Of the device; the slot is never given to one of another.
  shard_id shard{};
  /// The actor's; see there what others than the actor may do with it, and when.
  device_shell* shell = nullptr;

  /// Everything that can still make the actor act: envelopes not handled to the end, submissions
  /// without an outcome. Raised under the shard's lock by senders, so a slot found at zero under
  /// that lock stays at zero.
  std::atomic<std::uint32_t> work{0};
  /// Commands not yet applied; the bound of the mailbox.
  std::atomic<std::uint32_t> queued{0};
  /// Submissions without an outcome.
  std::atomic<std::uint32_t> outstanding{0};
  /// A submission failed: what the actor holds is not what is stored.
  std::atomic<bool> poisoned{false};
  /// A hint: parked polls, callers or the like keep the actor here.
  std::atomic<bool> pinned{false};
  /// A hint for operators: RPCs that are not done.
  std::atomic<bool> has_rpcs{false};
  /// Steady time at which the actor wants a `wake`; changed under the shard's lock.
  std::atomic<milliseconds> armed{never};

  /// Under the shard's lock: when it was last sent something, and how many commands it was sent.
  milliseconds touched = 0;
  std::uint64_t commands = 0;
  /// Nanoseconds that the actor worked while `device_counts::timed` was set.
  std::atomic<std::uint64_t> busy{0};
  /// Of memory that the device took when somebody last wanted to know; 0: nobody did.
  std::atomic<std::uint64_t> bytes{0};
  /// Of the shard when the slot began; a slot does not outlive its shard's epoch in the table.
  persistence::shard_epoch epoch{};
};

/// Counts over all actors; relaxed.
struct device_counts {
  std::atomic<std::int64_t> loading{0};
  std::atomic<std::int64_t> quarantined{0};
  std::atomic<std::int64_t> polls{0};
  std::atomic<std::int64_t> rpcs_queued{0};
  std::atomic<std::int64_t> rpcs_delivered{0};
  std::atomic<std::uint64_t> overloads{0};
  std::atomic<std::uint64_t> exceptions{0};
  /// Somebody wants to know how long actors work.
  std::atomic<bool> timed{false};
  slow_turns slow;
};

/// What a device's actor needs of the registry. All members thread-safe; outlives the actors.
class device_host {
public:
  virtual ~device_host() = default;

  virtual const clock_source& clock() const noexcept = 0;
  virtual const device_settings& settings() const noexcept = 0;
  virtual persistence::store& rows() noexcept = 0;
  /// Null: nothing holds for any device.
  virtual rules_table* rules() noexcept = 0;
  virtual device_counts& counts() noexcept = 0;
  virtual flight_recorder& recorder() noexcept = 0;

  /// A number never used before in this process.
  virtual std::uint64_t next_activation() noexcept = 0;
  /// False: queue full, `what` untouched.
  virtual bool submit(persistence::submission&& what) = 0;
  /// False: queue full.
  virtual bool read(std::function<void()> work) = 0;
  /// Has the slot's rows read for that activation and posted as `loaded`, which takes over one
  /// count of the slot's work. False: queue full.
  virtual bool load(device_slot& slot, std::uint64_t activation);
  /// Carries work of the outbox out; what became of it is posted as `work_ended`, if that
  /// activation of the device is here still. False: too much is under way.
  virtual bool carry(const device_id& device, std::uint64_t activation, outbox_task&& what) = 0;
  /// The caller has raised the slot's work for it, or hands over what it held itself.
  virtual void post(device_slot& to, envelope_ptr what) = 0;
  /// The same by a thread that has read what it posts: it may run the actor's turn as well.
  virtual void post_read(device_slot& to, envelope_ptr what) { post(to, std::move(what)); }
  /// Answers what needs no commit: at once while this node surely owns the slot's shard, else as
  /// soon as that is sure again, or with an error.
  virtual void answer(device_slot& from, std::vector<completion>&& replies) = 0;
  /// Whether this node surely owns its shards at this moment.
  virtual bool owns_now() = 0;
  /// A command of which nothing was carried out, for whoever owns the slot's shard next.
  virtual void give_back(command&& what, reply_handle&& to) = 0;
  /// The slot wants a `wake` at that steady time, earlier than the one it has.
  virtual void arm(device_slot& slot, milliseconds at) = 0;
  /// Takes the slot out of the table if its work is the one envelope in hand; `due`: when the store
  /// wants the device awake. Null when something has come meanwhile: the actor then stays.
  virtual std::unique_ptr<device_slot> remove(device_slot& slot, std::optional<timestamp> due) = 0;
  virtual void credentials_changed(const device_id& device, const std::string& credentials_id) = 0;
};

/// Posts the rows that were read for that activation; on a thread that may block.
void deliver_rows(device_host& host, device_slot& slot, std::uint64_t activation,
                  result<std::optional<persistence::device_rows>>&& rows) noexcept;

/// Answers all, one push per sink.
void answer_all(std::vector<completion>&& replies) noexcept;

} // namespace muster
