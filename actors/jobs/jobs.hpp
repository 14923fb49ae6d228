#pragma once

#include "actors/model/command.hpp"
#include "actors/model/job.hpp"
#include "actors/model/reply.hpp"
#include "actors/registry/registry.hpp"
#include "persistence/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace muster {

/// Carries out the long work that the store's job rows tell of: over all devices of a profile, a
/// customer or a tenant, a slice at a time, paced by the timer, with a bounded number of commands
/// under way. After a slice the job's position is written, so a restart goes on there; what a crash
/// makes it do twice does no harm. Devices that can't be reached are tried again, at last by
/// another walk. Members are thread-safe and, but for `load`, do not block. Outlives whoever
/// answers.
class jobs final : public reply_sink {
public:
  struct dependencies {
    persistence::store& rows;
    const clock_source& clock;
    run_blocking read;
    submit_changes submit;
    /// To a device's actor.
    std::function<void(command, reply_handle)> send;
    /// Package records are gone, and with them perhaps the last that named their bytes.
    std::function<void()> packages_freed;
    /// Whether this node is the one of its cluster that works at the job. Null: at all.
    std::function<bool(const uuid& job)> mine = {};
  };

  explicit jobs(dependencies needs) : needs_(std::move(needs)) {}

  /// Takes up what was left at the last end. Before anything is served.
  result<void> load();
  /// Reads what jobs there are: other nodes of the cluster begin and end some. Blocks.
  result<void> refresh();
  /// A commit has put this job.
  void added(const job& one);
  /// Goes on when the last slice is done; every 20 ms or so.
  void tick();
  /// Nothing is begun any more.
  void stop();

  /// The jobs there are, in no order.
  std::vector<job> list() const;

  /// reply_sink: what became of the commands and commits of a slice.
  void push(std::vector<completion> batch) noexcept override;

  /// Devices of a slice, and so commands under way; one each tick is some 3000 devices a second.
  static constexpr std::size_t slice = 64;
  /// A slice is tried so often, then its devices are left to another walk.
  static constexpr int max_tries = 5;
  static constexpr milliseconds retry_after = 1'000;
  static constexpr milliseconds walk_again_after = 60'000;

private:
  /// What the slice under way is for.
  enum class step : std::uint8_t { devices, rest, end };
  enum class phase : std::uint8_t { idle, reading, waiting, answered };

  struct entry {
    job row;
    /// A newer job of that kind for that profile (and type of packages) has come.
    bool superseded = false;
    /// Devices of this walk were given up.
    bool skipped = false;
    int tries = 0;
    milliseconds not_before = 0;
  };

  void add(const job& one);

  // jobs.cpp; on the timer's thread, with the lock held. The job at work is the front of the queue.
  bool works_at(const entry& at) const { return !needs_.mine || needs_.mine(at.row.id); }
  bool pick(milliseconds now);
  void settle(milliseconds now);
  void failed(milliseconds now);
  void advance();

  // job_slices.cpp; on a thread that may block, without the lock.
  void begin_slice(const entry& at);
  void end_walk(const entry& at, const persistence::device_group& group);
  result<std::optional<command_body>> body_for(const job& row);
  result<std::optional<std::vector<command>>>
  commands_for(const job& row, const std::vector<device_position>& devices);
  result<std::vector<command>> renamings(const device_profile& profile,
                                         const std::vector<device_position>& devices);
  void send_all(const std::vector<device_position>& devices, std::vector<command> work);
  void commit(step what, std::vector<persistence::mutation> mutations,
              std::vector<persistence::precondition> preconditions);
  void give_up();
  void walk_again(bool skipped);

  dependencies needs_;
  mutable std::mutex mutex_;
  std::deque<entry> queue_;
  phase phase_ = phase::idle;
  bool stopping_ = false;

  // Of the slice under way.
  step step_ = step::devices;
  std::uint64_t round_ = 0;
  std::size_t outstanding_ = 0;
  std::size_t failures_ = 0;
  std::size_t sent_ = 0;
  std::uint64_t total_ = 0;
  std::optional<device_position> reached_;
};

/// What belongs to a tenant besides its devices, up to a bounded number of rows; the tenant's own
/// at last. Empty: nothing is left.
struct tenant_rest {
  std::vector<persistence::mutation> mutations;
  std::vector<persistence::precondition> preconditions;
};
result<tenant_rest> rest_of_tenant(persistence::store& rows, const tenant_id& tenant);

} // namespace muster
