#pragma once

#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/shard.hpp"
#include "actors/model/time.hpp"
#include "persistence/cluster/node_ref.hpp"

#include <cstddef>
#include <optional>

namespace muster {

using persistence::node_ref;

/// A command on its way, with whoever waits for its reply.
struct routed {
  reply_handle to;
  command what;
  shard_id shard{};
  /// Steady time until which it may be sent (again).
  milliseconds until = 0;
  /// The time it had to be handled in when it came.
  milliseconds span = 0;
  /// Where it was sent last: generation 0 is this node.
  std::optional<node_ref> tried;
  milliseconds tried_at = 0;
  /// What it counts for while it waits; encoded bytes.
  std::size_t weight = 0;
};

/// `client_timeout`: how long a device's own RPC waits.
routed make_routed(command what, reply_handle to, instant now, milliseconds client_timeout);

/// The poll's name, for those that are one.
std::optional<poll_id> poll_of(const command& what);

/// Waits at its owner for something to happen: a poll, a device's own RPC, or a caller of an RPC
/// that is in memory only.
bool waits(const command& what);

/// May be carried out again though it perhaps was already.
bool is_idempotent(const command& what);

/// It has come back from an owner that has the shard no more: how long it may be sent again.
void follow(routed& what, instant now);

/// Makes the command such as a new owner should get it: with the time that is left of what it
/// waits for.
void renew(routed& what, milliseconds now);

/// When nothing is heard any more of a command that was sent to its owner, while that is well;
/// nullopt: it may take any time, or ends by itself.
std::optional<milliseconds> overdue_at(const routed& what);

/// The answer to one that could not be brought to an owner in its time.
error out_of_time(const command& what);

/// The answer to one whose fate is unknown.
error fate_unknown(const command& what);

} // namespace muster
