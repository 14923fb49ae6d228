#pragma once

#include "actors/cluster/membership/calls.hpp"
#include "actors/cluster/membership/holdings.hpp"
#include "actors/cluster/membership/options.hpp"
#include "actors/cluster/membership/peer_watch.hpp"
#include "persistence/cluster/cluster_table.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace muster {

/// One node's share of the cluster's rules: from what the table says, what the peers answer and how
/// the time passes, to what this node does next. Knows no thread, clock, table or actor; whoever
/// drives it carries out its calls, one at a time, and its steps, and tells what came of them. All
/// times are steady.
///
/// What no reading of the table can break, whatever is lost or late:
/// - A shard is served from its take-over on only when the last owner has released it, or when the
///   lease of the last owner, who was declared dead, is over by this node's clock.
/// - From the sending of a release on nothing of the shard is served.
/// - A node that finds itself declared dead drops everything and does nothing any more.
class membership {
public:
  /// `self` has joined just now.
  membership(persistence::node_ref self, const membership_options& options, milliseconds now);

  /// What to ask the table next, if anything. To be answered before it is asked again.
  std::optional<table_call> next_call(milliseconds now);
  void answered(const table_call& what, table_answer got, milliseconds now);

  /// Lets time pass: whom to probe now.
  std::vector<persistence::node_ref> tick(milliseconds now);
  void probed(const persistence::node_ref& node, bool alive, milliseconds now);

  /// What the registry has to do, in order.
  std::vector<holdings::step> take_steps() { return held_.take_steps(); }
  void drained(shard_id shard, persistence::shard_epoch epoch) { held_.drained(shard, epoch); }
  void lost(shard_id shard, persistence::shard_epoch epoch);

  /// The table has changed, or was found to have.
  void look_again() noexcept { look_wanted_ = true; }
  /// Begins to hand everything over.
  void leave(milliseconds now);

  /// When to call `next_call` and `tick` again at the latest.
  milliseconds wake_at(milliseconds now) const;

  /// Set once this node was declared dead.
  const std::optional<std::string>& ended() const noexcept { return ended_; }
  /// All is handed over and the membership is over, as was wished.
  bool departed() const noexcept { return departed_; }
  /// Absent before the table was read.
  const std::optional<persistence::cluster_view>& view() const noexcept { return view_; }
  bool is_dead(const persistence::node_ref& node) const { return dead_.contains(node); }
  const holdings& held() const noexcept { return held_; }

private:
  void renewed(const renew_call& what, bool alive);
  void saw(persistence::cluster_view view, milliseconds now);
  void failed(const table_call& what, milliseconds now);
  void end(std::string why);
  void note_dead(milliseconds now);
  void note_taken(std::size_t asked, const call_shards& got);
  void leave_begun(bool alive, milliseconds now);
  table_call look(milliseconds now);
  std::optional<table_call> leaving_call();
  std::optional<table_call> own_shards_call();
  std::optional<table_call> taking_call();
  std::optional<table_call> judging_call(milliseconds now);
  bool look_due(milliseconds now) const;
  bool is_unsettled() const;
  bool steady(milliseconds now) const;
  bool is_unheard(const persistence::node_ref& node, milliseconds now) const;
  bool is_isolated(milliseconds now) const;
  void note_heartbeats(milliseconds now);
  bool gives_up(shard_id shard, milliseconds now) const;
  bool can_take(const persistence::node_ref& node) const;

  persistence::node_ref self_;
  membership_options options_;
  holdings held_;
  peer_watch peers_;

  std::optional<persistence::cluster_view> view_;
  /// When it was asked for, and when it came.
  milliseconds looked_ = 0;
  milliseconds seen_ = 0;
  bool look_wanted_ = true;
  /// A take-over has failed by the view that is here.
  bool claims_outdated_ = false;
  /// Some shard is not where it should be.
  bool unsettled_ = true;
  /// Some peer has answered since the start.
  bool heard_any_ = false;
  /// By the view that is here nothing has to be planned.
  bool plan_holds_ = false;
  /// Owners and members that are dead, since when this node knows; what they had can be taken.
  std::map<persistence::node_ref, milliseconds> dead_;

  /// Of each member the last heartbeat and since when it is known, by this node's clock: the
  /// table's own clock may be set, or be another one after a promotion.
  struct heartbeat {
    timestamp at = 0;
    milliseconds since = 0;
  };
  std::map<persistence::node_ref, heartbeat> heard_;

  milliseconds next_renewal_ = 0;
  /// Sending of the last renewal that succeeded, and of the first of those without a gap.
  milliseconds renewed_ = 0;
  milliseconds steady_since_ = 0;
  /// No other call than a renewal before this.
  milliseconds calls_from_ = 0;

  bool leave_wanted_ = false;
  bool leaving_ = false;
  milliseconds leaving_since_ = 0;
  bool departed_ = false;
  std::optional<std::string> ended_;
};

} // namespace muster
