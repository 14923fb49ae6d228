#pragma once

#include "actors/device/effects.hpp"
#include "actors/device/latest_values.hpp"
#include "actors/model/command.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster {

/// Deletes history of a device, one command after the other, each in pieces, since the rows lie in
/// the store and an actor never waits for it.
///
/// A deletion starts with a snapshot of the latest values without those it deletes: it covers every
/// history row there is, so that no row is needed for a replay any more, and what a device sends
/// meanwhile is neither deleted nor lost. Then pieces of history are read and rewritten, each piece
/// after the one before it is durable. At last, if asked for, the deleted latest values are
/// replaced by the newest that are left. A crash in between leaves a deletion half done and not
/// acknowledged.
class history_deletion {
public:
  /// False when too many wait already; `to` is then untouched.
  bool enqueue(delete_telemetry&& what, reply_handle& to, std::size_t bound);

  bool running() const noexcept { return !queue_.empty(); }

  /// Takes the next command up: removes its latest values; a snapshot has to follow.
  void start(latest_values& latest, effects& out);

  /// A piece asked for by `effects::read` has been read. True when the deletion is finished: the
  /// caller stores a snapshot, with `pop()`'s handle to be answered, and starts the next.
  bool read(history_chunk&& chunk, latest_values& latest, effects& out);

  /// Ends the command at the front.
  reply_handle pop();
  /// Takes the command at the front out; what it has deleted stays deleted.
  std::pair<delete_telemetry, reply_handle> take();

private:
  struct job {
    delete_telemetry what;
    reply_handle to;
  };

  void rewrite(persistence::append_history&& row, effects& out) const;
  bool replace_latest(history_chunk& chunk, latest_values& latest);
  bool in_keys(const std::string& key) const;

  std::deque<job> queue_;
  /// The piece asked for last.
  std::optional<history_read> next_;
  /// Rows up to this arrival number are deleted.
  std::uint64_t upto_ = 0;
  /// Latest values that were deleted and are to be replaced.
  std::vector<std::string> to_replace_;
  bool replacing_ = false;
};

} // namespace muster
