#include "actors/cluster/membership/peer_watch.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace muster {

namespace {

using persistence::member;
using persistence::member_status;
using persistence::node_ref;

} // namespace

peer_watch::peer_watch(node_ref self, const membership_options& options)
    : self_(std::move(self)), options_(options) {}

void peer_watch::saw(const persistence::cluster_view& view) {
  std::set<node_ref> owners;
  for (const auto& row : view.shards) {
    owners.insert(row.owner);
  }
  std::vector<node_ref> ring;
  std::set<node_ref> wanted;
  for (const auto& one : view.members) {
    if (one.status == member_status::dead || one.node == self_) {
      continue;
    }
    ring.push_back(one.node);
    if (!one.votes.empty() || !owners.contains(one.node)) {
      wanted.insert(one.node);
    }
  }
  std::ranges::sort(ring);
  std::ranges::rotate(ring, std::ranges::upper_bound(ring, self_));
  ring.resize(std::min<std::size_t>(ring.size(), options_.probed_peers));
  wanted.insert(ring.begin(), ring.end());
  std::erase_if(peers_, [&](const auto& known) { return !wanted.contains(known.first); });
  for (const auto& node : wanted) {
    peers_.try_emplace(node);
  }
}

void peer_watch::failed(peer& which, milliseconds now) const {
  which.under_way = false;
  which.failures += now >= which.counts_from ? 1 : 0;
  which.next = std::max(now, which.sent + options_.probe_every);
}

std::vector<node_ref> peer_watch::tick(milliseconds now) {
  // Who was stopped himself, for a while, has heard nobody.
  const bool slept = ticked_ != INT64_MIN && now - ticked_ > options_.probe_timeout;
  ticked_ = now;
  std::vector<node_ref> to_probe;
  for (auto& [node, one] : peers_) {
    if (slept) {
      one = {};
    }
    if (one.counts_from == INT64_MIN) {
      one.counts_from = now + options_.probe_grace;
    }
    if (one.under_way && now - one.sent >= options_.probe_timeout) {
      failed(one, now);
    }
    if (!one.under_way && now >= one.next) {
      one.under_way = true;
      one.sent = now;
      to_probe.push_back(node);
    }
  }
  return to_probe;
}

void peer_watch::answered(const node_ref& node, bool alive, milliseconds now) {
  const auto found = peers_.find(node);
  if (found == peers_.end() || (!alive && !found->second.under_way)) {
    return;
  }
  auto& one = found->second;
  if (!alive) {
    return failed(one, now);
  }
  // Also a late answer tells that it lives.
  one.failures = 0;
  one.heard = true;
  one.counts_from = now;
  if (one.under_way) {
    one.under_way = false;
    one.next = one.sent + options_.probe_every;
  }
}

bool peer_watch::silent(const node_ref& node) const {
  const auto found = peers_.find(node);
  return found != peers_.end() && found->second.failures >= options_.failed_probes;
}

bool peer_watch::heard(const node_ref& node) const {
  const auto found = peers_.find(node);
  return found != peers_.end() && found->second.heard;
}

milliseconds peer_watch::wake_at() const {
  milliseconds at = INT64_MAX;
  for (const auto& [node, one] : peers_) {
    at = std::min(at, one.under_way ? one.sent + options_.probe_timeout : one.next);
  }
  return at;
}

} // namespace muster
