#pragma once

#include "actors/cluster/membership/options.hpp"
#include "persistence/cluster/cluster_table.hpp"

#include <functional>
#include <optional>

namespace muster {

/// A vote to be cast.
struct verdict {
  persistence::node_ref suspect;
  /// Together with the votes of others it is enough: the suspect is dead.
  bool decides = false;

  friend bool operator==(const verdict&, const verdict&) = default;
};

/// What a node goes by when it judges others.
struct evidence {
  const persistence::cluster_view& view;
  /// Milliseconds since the view was read.
  milliseconds view_age = 0;
  /// Whether a member has not renewed its row for long, as far as this node can tell.
  const std::function<bool(const persistence::node_ref&)>& unheard;
  /// Whether the probes of a member have failed.
  const std::function<bool(const persistence::node_ref&)>& silent;
};

/// Whom `self` should vote against, if anybody: who does not answer probes, or has an old
/// heartbeat.
///
/// Votes needed: two, or as many as there are other members with a fresh heartbeat, the voter
/// included, if these are fewer. Votes of the dead, and those older than the window, count nothing.
/// A vote of one's own that still counts is not cast again unless it decides. Pure.
std::optional<verdict> judge(const evidence& what, const persistence::node_ref& self,
                             const membership_options& options);

} // namespace muster
