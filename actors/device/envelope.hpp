#pragma once

#include "actors/device/effects.hpp"
#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "actors/rules/rules_entry.hpp"
#include "persistence/store/store.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

namespace muster {

/// Why a submission's outcome is of interest to the actor.
enum class ticket_kind : std::uint8_t {
  /// Only when it fails.
  plain = 0,
  exclusive = 1,
  history = 2,
  leave = 3,
  /// Of a submission that changes nothing: what was read can be answered as soon as it is sure that
  /// the shard is still ours.
  read = 4,
  /// Of a submission with work in the outbox.
  outbox = 5,
  /// As plain, of a device that somebody looks at.
  traced = 6,
};

// What a device's actor is sent.

struct incoming {
  command what;
  reply_handle to;
};

/// A deadline has come, or the store wants the device awake.
struct wake {};

/// The rows read for this activation.
struct loaded {
  std::uint64_t activation = 0;
  result<std::optional<persistence::device_rows>> rows;
  /// Of the device's profile; null: there are none.
  const rules_entry* rules = nullptr;
};

/// A submission has failed and none is under way any more: read the rows anew.
struct reload {};

/// A submission that was not plain is durable, or was refused by a precondition.
struct settled {
  ticket_kind kind = ticket_kind::plain;
  bool refused = false;
  std::uint64_t activation = 0;
  /// Of one that was refused.
  error why = {};
};

struct history_rows {
  std::uint64_t activation = 0;
  result<history_chunk> chunk;
};

/// What alarm rules ask of customers and the tenant was read.
struct owners_read {
  std::uint64_t activation = 0;
  result<void> outcome;
};

/// Work of the outbox that the device had begun has ended.
struct work_ended {
  std::uint64_t activation = 0;
  std::uint64_t number = 0;
  work_outcome outcome;
};

/// The device has been idle, or memory is wanted: leave if nothing is left to do.
struct leave {};

/// Somebody wants to know how much memory the device takes.
struct measure {};

/// The registry ends.
struct stop {};

/// The device's shard leaves this node. At once: another node may have it already, and nothing that
/// is in memory counts any more.
struct depart {
  bool at_once = false;
};

using envelope = std::variant<incoming, poll_report, wake, loaded, reload, settled, history_rows,
                              owners_read, work_ended, leave, stop, depart, measure>;

/// One allocation per message; read by one actor, once.
using envelope_ptr = std::shared_ptr<envelope>;

} // namespace muster
