#pragma once

#include "actors/device/device_host.hpp"
#include "actors/device/device_state.hpp"
#include "actors/device/device_trace.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

/// Between a device's mailbox and its state: what the actor does, without CAF.
///
/// - *unloaded*: nothing is known; the next command has the rows read.
/// - *loading*: the rows are being read, or wait for the outcome of the submissions under way; what
///   comes is stashed. Parked polls of the state before go on waiting here.
/// - *ready*: commands are applied as they come.
/// - *settling*: an exclusive change waits for its commit, or values that alarm rules ask of
///   customers or the tenant are being read; what comes is stashed.
/// - *quarantined*: failed five times in a minute; everything is refused until the node is started
///   anew.
///
/// A failed commit or an exception drops the state: callers are answered, the polls are kept, and
/// the rows are read anew under a new activation number, once nothing of the old one is under way.
class device_shell {
public:
  device_shell(device_host& host, device_slot& slot) noexcept : host_(host), slot_(&slot) {}

  /// True: the actor ends now and its slot belongs to this shell. Once the slot's work is back at
  /// zero, others may use the shell as below.
  bool handle(const envelope_ptr& what) noexcept;

  // For the registry's threads, with the shard's lock held and the slot's work at zero: then the
  // actor has nothing in hand and gets nothing.

  /// The slot stands for a device whose rows are not known. Stashes its first command, which counts
  /// as work from now on, as does the read that the caller starts: `device_host::load` with the
  /// activation that this gives.
  std::uint64_t begin(envelope_ptr first);
  /// Drops the state if nothing keeps it and nothing of it is to be stored; the slot may then be
  /// given to another device. `due`: when the store wants this one awake.
  bool vanish(std::optional<timestamp>& due);

private:
  enum class phase : std::uint8_t { unloaded, loading, ready, settling, quarantined };
  /// *draining*: the shard is handed over; what is queued is carried out, then the actor ends.
  /// *closing*: the shard is gone; what is in memory is dropped.
  enum class departure : std::uint8_t { staying, draining, closing };

  // device_shell.cpp
  void on(incoming& what, const envelope_ptr& whole);
  void on(poll_report& what, const envelope_ptr& whole);
  void on(history_rows& what, const envelope_ptr& whole);
  void on(wake& what, const envelope_ptr& whole);
  void on(settled& what, const envelope_ptr& whole);
  void on(leave& what, const envelope_ptr& whole);
  void on(stop& what, const envelope_ptr& whole);
  void on(measure& what, const envelope_ptr& whole);
  void handle_one(const envelope_ptr& what) noexcept;
  void stash(const envelope_ptr& what);
  void drain();
  void apply(incoming& what);
  void note(recorded what, std::optional<error_code> why = {}) noexcept;
  void refuse(incoming& what, error why);
  void give_back(incoming& what);
  void fail_unsure(const error& why);
  void find_rules();
  void finish(effects&& out, ticket_kind kind = ticket_kind::plain);
  void submit(effects&& out, ticket_kind kind);
  void try_leave();
  void after();

  // device_owners.cpp
  void on(owners_read& what, const envelope_ptr& whole);
  bool await_owners(bool confirming);
  void confirm();

  // device_work.cpp
  void on(work_ended& what, const envelope_ptr& whole);
  void take_up(effects& out);
  void begin_durable();
  void begin(outbox_task&& what);

  // device_inspection.cpp: what operators are told.
  void inspect(incoming& what, const envelope_ptr& whole);
  nlohmann::ordered_json describe() const;
  /// Null: nobody looks on. Else `trace_effects` follows.
  chain_steps* begin_trace();
  void trace_command(const incoming& what);
  void trace_steps(const chain_steps& steps);
  void trace_effects(const effects& out, std::string_view cause);
  void trace_settled(const settled& what);
  void trace(const nlohmann::ordered_json& event);

  // device_departure.cpp
  void on(depart& what, const envelope_ptr& whole);
  void go_on_departing();
  void hand_over();
  void give_up();
  void end_if_alone();

  // device_loading.cpp
  void on(loaded& what, const envelope_ptr& whole);
  void on(reload& what, const envelope_ptr& whole);
  std::uint64_t begin_load();
  void request_load();
  void drop_state(error why);
  void load_failed(error why);
  void failed(const char* what) noexcept;
  void read_history();
  void time_out_kept(milliseconds steady);
  void report_to_kept(const poll_report& what);
  milliseconds next_deadline() const noexcept;
  void count();

  void release() noexcept { slot_->work.fetch_sub(1); }
  void move_to(phase to) noexcept;

  device_host& host_;
  device_slot* slot_;
  std::unique_ptr<device_slot> own_;
  std::uint64_t activation_ = 0;
  phase phase_ = phase::unloaded;
  departure departing_ = departure::staying;
  bool reading_ = false;
  /// Values for alarm rules are being read; then the exclusive change is confirmed, or what is
  /// stashed goes on.
  bool owners_awaited_ = false;
  bool confirming_ = false;
  /// They were just read: the next envelope goes on with them, whatever is changed meanwhile.
  bool owners_fresh_ = false;
  bool ended_ = false;
  std::uint8_t failures_ = 0;
  milliseconds failures_since_ = 0;
  milliseconds retry_at_ = never;
  /// Draining: until when reports of answers under way are waited for.
  milliseconds reports_until_ = never;
  instant now_;
  std::optional<device_state> state_;
  /// Polls of a dropped state.
  parked_polls kept_;
  std::vector<envelope_ptr> stash_;
  /// Answers to reads that wait for commits before them, and then for the shard to be surely ours;
  /// by submission.
  std::deque<std::vector<completion>> unsure_;
  std::unique_ptr<history_read> to_read_;
  /// Work of the outbox with the number of the submission that it waits for, among those of this
  /// activation whose outcome the actor hears of.
  std::vector<std::pair<std::uint64_t, outbox_task>> to_begin_;
  std::uint64_t announced_ = 0;
  std::uint64_t heard_ = 0;
  /// Null: nobody looks on.
  std::unique_ptr<device_trace> trace_;
  /// What was last added to the host's counts.
  std::uint32_t counted_polls_ = 0;
  std::uint32_t counted_queued_ = 0;
  std::uint32_t counted_delivered_ = 0;
};

} // namespace muster
