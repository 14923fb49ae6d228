#pragma once

#include "actors/device/settings.hpp"
#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/rpc.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace muster {

/// An RPC that is not done. Of those that are not stored the record's id is null.
struct pending_rpc {
  rpc_record record;
  /// Who waits for its end; empty for persistent ones, whose caller has been answered, and for
  /// those that moved here from another node, until their caller asks again.
  reply_handle caller;
  /// Steady time of the last delivery, when there was one.
  milliseconds delivered_at = 0;
  /// What it ended with before its caller asked again; null: it has not ended.
  std::unique_ptr<reply> outcome;

  bool stored() const noexcept { return record.id != rpc_id{}; }
};

/// The RPCs of one device that are not done, by number.
///
/// An RPC is queued until an answer to a poll that carried it was written; while the answer is on
/// its way it is in flight, one at a time. A one-way RPC is done then. A two-way one is delivered
/// and waits for its reply; it is given again, same number, `redelivery_after` later, once nothing
/// queued is left: that delivered longest ago first. A persistent one has `retries` redeliveries;
/// when they are used up it fails `redelivery_after` after its last delivery. Whatever is not done
/// at its expiration is expired, in every state.
class rpc_mailbox {
public:
  explicit rpc_mailbox(const device_settings& settings) noexcept : settings_(&settings) {}

  /// A stored one, at activation; delivered ones wait on as if nothing had happened between.
  void restore(rpc_record&& record, instant now);

  /// Whether one more may come; the first always may.
  bool has_room(const rpc_request& request) const noexcept;
  /// Numbers grow from one call to the next.
  pending_rpc& add(pending_rpc&& rpc);

  /// The RPC for a poll that is there now, from now on in flight on it. Null: nothing, or one is in
  /// flight already.
  const pending_rpc* take(poll_id poll, instant now);
  /// The poll that carries the RPC in flight.
  std::optional<poll_id> in_flight() const noexcept { return in_flight_poll_; }

  /// The answer in flight was lost: as if it had not been given.
  void lost() noexcept { in_flight_poll_.reset(); }

  struct delivery {
    /// As it is after the delivery; null when it ended while it was in flight.
    pending_rpc* rpc = nullptr;
    /// One-way: done; taken out of the mailbox.
    std::optional<pending_rpc> finished;
  };
  /// The answer in flight was written.
  delivery written(instant now);

  /// The device's reply: takes a two-way RPC out. nullopt: unknown number, or a one-way one.
  std::optional<pending_rpc> answer(rpc_number number);
  /// Takes a persistent one out.
  std::optional<pending_rpc> remove(const rpc_id& id);
  /// One that moved here and whose caller asks again: it has the application's number for it. Null:
  /// there is none.
  pending_rpc* find_moved(const uuid& request_id) noexcept;
  /// It ended before its caller asked again: waits for him until its expiration.
  void keep(pending_rpc&& rpc, reply outcome);
  /// Takes a moved one out.
  pending_rpc take_out(const pending_rpc& rpc);
  /// Those that live in memory only get an id and become open rows like persistent ones; their
  /// callers are taken from them.
  std::vector<reply_handle> make_durable(std::vector<rpc_record>& rows);
  /// Takes out what has ended by time: status expired or failed.
  std::vector<pending_rpc> expire(instant now);
  /// Takes all out.
  std::vector<pending_rpc> clear();

  /// Steady time at which `expire` or (with a poll waiting) `take` has something.
  milliseconds next_deadline(instant now, bool poll_waiting) const noexcept;
  /// Wall time at which a stored one ends, for the device's durable deadline.
  std::optional<timestamp> next_durable(instant now) const noexcept;

  bool empty() const noexcept { return rpcs_.empty(); }
  /// Some live in memory only: the device may not leave.
  bool holds_volatile() const noexcept;
  std::size_t queued() const noexcept;
  std::size_t size() const noexcept { return rpcs_.size(); }
  const std::vector<pending_rpc>& rpcs() const noexcept { return rpcs_; }

private:
  void insert(pending_rpc&& rpc);
  bool exhausted(const pending_rpc& rpc) const noexcept;
  std::vector<pending_rpc>::iterator find(rpc_number number) noexcept;
  pending_rpc extract(std::vector<pending_rpc>::iterator at);

  const device_settings* settings_;
  std::vector<pending_rpc> rpcs_;
  std::size_t bytes_ = 0;
  std::optional<poll_id> in_flight_poll_;
  rpc_number in_flight_number_ = 0;
};

} // namespace muster
