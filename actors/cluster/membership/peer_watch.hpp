#pragma once

#include "actors/cluster/membership/options.hpp"
#include "persistence/cluster/cluster_table.hpp"

#include <map>
#include <vector>

namespace muster {

/// Which peers are to be probed when, and which have not answered. A node probes the next few after
/// itself in the order of names, as in a ring, so everybody is probed by as many, and all that
/// somebody voted against or that own nothing yet. Pure; times are steady.
class peer_watch {
public:
  peer_watch(persistence::node_ref self, const membership_options& options);

  /// The members as they are now.
  void saw(const persistence::cluster_view& view);

  /// Time has passed: whom to probe now. Probes that are not answered in time have failed. After a
  /// pause of the caller's own nothing is held against anybody.
  std::vector<persistence::node_ref> tick(milliseconds now);

  /// A probe was answered, or it is known that it will not be.
  void answered(const persistence::node_ref& node, bool alive, milliseconds now);

  /// Whether the last probes of this peer have all failed.
  bool silent(const persistence::node_ref& node) const;

  /// Whether this peer has answered since it is watched.
  bool heard(const persistence::node_ref& node) const;

  /// When `tick` has something to do next.
  milliseconds wake_at() const;

private:
  struct peer {
    /// When the probe under way was sent.
    milliseconds sent = 0;
    bool under_way = false;
    milliseconds next = 0;
    unsigned failures = 0;
    bool heard = false;
    /// Before that, failures are not counted.
    milliseconds counts_from = INT64_MIN;
  };

  void failed(peer& which, milliseconds now) const;

  persistence::node_ref self_;
  membership_options options_;
  std::map<persistence::node_ref, peer> peers_;
  milliseconds ticked_ = INT64_MIN;
};

} // namespace muster
