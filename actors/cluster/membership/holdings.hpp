#pragma once

#include "actors/cluster/membership/options.hpp"
#include "persistence/cluster/cluster_table.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace muster {

/// The shards of this node, each on its way from being taken to being given up:
///
///     waiting -> served -> draining -> releasing -> gone
///
/// *Waiting*: the row is ours, but the last owner may still answer reads by its lease. *Draining*:
/// the registry finishes what it has. *Releasing*: nothing of the shard is served from the sending
/// of the release on, whatever its answer. A row that turns out to be another's drops the shard
/// from wherever it is. A row that is ours without our knowing (the answer of a take-over was lost)
/// is *unconfirmed* until a write of ours has said so, since a read may tell of what no standby
/// has. A shard that the store refused is not served under that epoch again, since commits of
/// before may be under way still: if it turns out to be ours, it is released and taken anew. Pure;
/// times are steady.
class holdings {
public:
  /// What the registry has to do.
  struct step {
    enum class kind : std::uint8_t { open, drain, close };
    kind what = kind::open;
    persistence::owned_shard shard;
  };

  holdings(persistence::node_ref self, const membership_options& options);

  /// Compares with the table's view, just read.
  void saw(const persistence::cluster_view& view);

  /// Opens what has waited, and begins to drain what `give_up` says, as many at a time as may.
  /// What waits is given up only when its wait is over.
  void advance(milliseconds now, const std::function<bool(shard_id)>& give_up);

  /// What can be taken of those that the view wants here: released, or of an owner in `dead`.
  std::vector<persistence::shard_claim>
  claims(const persistence::cluster_view& view,
         const std::map<persistence::node_ref, milliseconds>& dead) const;

  /// A take-over was answered; `dead` says since when each dead owner is known to be so.
  void taken(const std::vector<persistence::shard_claim>& asked,
             const std::vector<persistence::owned_shard>& got,
             const std::map<persistence::node_ref, milliseconds>& dead, milliseconds now);
  /// Its outcome is not known.
  void take_failed(const std::vector<persistence::shard_claim>& asked);

  std::vector<shard_id> unconfirmed() const;
  void confirmed(const std::vector<shard_id>& asked,
                 const std::vector<persistence::owned_shard>& got, milliseconds now);

  /// The registry has finished with a shard.
  void drained(shard_id shard, persistence::shard_epoch epoch);
  std::vector<persistence::owned_shard> to_release() const;
  void released(const std::vector<persistence::owned_shard>& which);

  /// The store refused a commit as stale; the registry knows.
  void lost(shard_id shard, persistence::shard_epoch epoch);

  /// Gives everything up without a word to the table: this node is dead.
  void drop_all();

  /// The epoch of a shard that is served.
  std::optional<persistence::shard_epoch> served(shard_id shard) const;
  bool empty() const noexcept { return held_.empty() && unconfirmed_.empty(); }
  /// Whether some are draining or to be released.
  bool giving_up() const;
  /// When the next wait is over.
  milliseconds wake_at() const;

  /// What happened since the last call.
  std::vector<step> take_steps();

  std::uint64_t taken_count() const noexcept { return taken_; }
  std::uint64_t released_count() const noexcept { return released_; }
  std::uint64_t lost_count() const noexcept { return lost_; }

private:
  enum class phase : std::uint8_t { waiting, served, draining, releasing };
  struct holding {
    persistence::owned_shard what;
    phase at = phase::waiting;
    milliseconds serve_from = 0;
  };

  void hold(const persistence::owned_shard& what, milliseconds serve_from);
  std::size_t draining() const;

  persistence::node_ref self_;
  membership_options options_;
  std::map<shard_id, holding> held_;
  std::set<shard_id> unconfirmed_;
  /// Epochs under which the store refused a commit.
  std::map<shard_id, persistence::shard_epoch> refused_;
  std::vector<step> steps_;
  std::uint64_t taken_ = 0;
  std::uint64_t released_ = 0;
  std::uint64_t lost_ = 0;
};

} // namespace muster
