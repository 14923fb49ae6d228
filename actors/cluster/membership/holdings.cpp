#include "actors/cluster/membership/holdings.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

using persistence::cluster_view;
using persistence::node_ref;
using persistence::owned_shard;
using persistence::shard_claim;
using persistence::shard_epoch;

} // namespace

holdings::holdings(node_ref self, const membership_options& options)
    : self_(std::move(self)), options_(options) {}

void holdings::saw(const cluster_view& view) {
  for (std::size_t i = 0; i < view.shards.size(); ++i) {
    const auto shard = static_cast<shard_id>(i);
    const auto& row = view.shards[i];
    const auto found = held_.find(shard);
    const bool ours = row.owner == self_;
    if (found != held_.end() && (!ours || row.epoch != found->second.what.epoch)) {
      if (found->second.at == phase::releasing) {
        ++released_;
      } else {
        ++lost_;
        steps_.push_back({step::kind::close, found->second.what});
      }
      held_.erase(found);
    }
    if (ours && !held_.contains(shard)) {
      unconfirmed_.insert(shard);
    }
  }
}

std::size_t holdings::draining() const {
  return static_cast<std::size_t>(std::ranges::count_if(held_, [](const auto& one) {
    return one.second.at == phase::draining || one.second.at == phase::releasing;
  }));
}

void holdings::advance(milliseconds now, const std::function<bool(shard_id)>& give_up) {
  std::size_t places = options_.drained_at_once - std::min(options_.drained_at_once, draining());
  for (auto& [shard, one] : held_) {
    const bool waited = one.at == phase::waiting && now >= one.serve_from;
    if (!waited && one.at != phase::served) {
      continue;
    }
    if (places > 0 && give_up(shard)) {
      --places;
      // One that was never opened has nothing to drain.
      one.at = waited ? phase::releasing : phase::draining;
      if (!waited) {
        steps_.push_back({step::kind::drain, one.what});
      }
    } else if (waited) {
      one.at = phase::served;
      steps_.push_back({step::kind::open, one.what});
    }
  }
}

std::vector<shard_claim> holdings::claims(const cluster_view& view,
                                          const std::map<node_ref, milliseconds>& dead) const {
  std::vector<shard_claim> found;
  for (std::size_t i = 0; i < view.shards.size() && found.size() < options_.claims_per_call; ++i) {
    const auto shard = static_cast<shard_id>(i);
    const auto& row = view.shards[i];
    const bool free = row.owner.generation == 0 || dead.contains(row.owner);
    if (row.target == self_ && free && !held_.contains(shard) && !unconfirmed_.contains(shard)) {
      found.push_back({shard, row.epoch, row.owner});
    }
  }
  return found;
}

void holdings::hold(const owned_shard& what, milliseconds serve_from) {
  ++taken_;
  held_[what.shard] = {what, phase::waiting, serve_from};
}

void holdings::taken(const std::vector<shard_claim>& asked, const std::vector<owned_shard>& got,
                     const std::map<node_ref, milliseconds>& dead, milliseconds now) {
  for (const auto& one : got) {
    const auto claim = std::ranges::find(asked, one.shard, &shard_claim::shard);
    // A released shard can be served at once: its owner stopped before it released.
    milliseconds serve_from = now;
    if (claim != asked.end() && claim->seen_owner.generation != 0) {
      const auto died = dead.find(claim->seen_owner);
      serve_from = (died == dead.end() ? now : died->second) + options_.takeover_wait;
    }
    hold(one, serve_from);
  }
}

void holdings::take_failed(const std::vector<shard_claim>& asked) {
  for (const auto& one : asked) {
    unconfirmed_.insert(one.shard);
  }
}

std::vector<shard_id> holdings::unconfirmed() const {
  return {unconfirmed_.begin(), unconfirmed_.end()};
}

void holdings::confirmed(const std::vector<shard_id>& asked, const std::vector<owned_shard>& got,
                         milliseconds now) {
  for (shard_id shard : asked) {
    unconfirmed_.erase(shard);
  }
  for (const auto& one : got) {
    // Whose it was is forgotten, so it is waited for as if that one had just died.
    hold(one, now + options_.takeover_wait);
    if (const auto found = refused_.find(one.shard);
        found != refused_.end() && found->second == one.epoch) {
      held_[one.shard].at = phase::releasing;
    }
  }
}

void holdings::drained(shard_id shard, shard_epoch epoch) {
  const auto found = held_.find(shard);
  if (found != held_.end() && found->second.what.epoch == epoch &&
      found->second.at == phase::draining) {
    found->second.at = phase::releasing;
  }
}

std::vector<owned_shard> holdings::to_release() const {
  std::vector<owned_shard> found;
  for (const auto& [shard, one] : held_) {
    if (one.at == phase::releasing) {
      found.push_back(one.what);
    }
  }
  return found;
}

void holdings::released(const std::vector<owned_shard>& which) {
  for (const auto& one : which) {
    released_ += held_.erase(one.shard);
  }
}

void holdings::lost(shard_id shard, shard_epoch epoch) {
  const auto found = held_.find(shard);
  if (found != held_.end() && found->second.what.epoch == epoch) {
    ++lost_;
    held_.erase(found);
    refused_[shard] = epoch;
  }
}

void holdings::drop_all() {
  for (const auto& [shard, one] : held_) {
    ++lost_;
    steps_.push_back({step::kind::close, one.what});
  }
  held_.clear();
  unconfirmed_.clear();
}

std::optional<shard_epoch> holdings::served(shard_id shard) const {
  const auto found = held_.find(shard);
  if (found == held_.end() || found->second.at != phase::served) {
    return std::nullopt;
  }
  return found->second.what.epoch;
}

bool holdings::giving_up() const {
  return draining() > 0;
}

milliseconds holdings::wake_at() const {
  milliseconds at = INT64_MAX;
  for (const auto& [shard, one] : held_) {
    if (one.at == phase::waiting) {
      at = std::min(at, one.serve_from);
    }
  }
  return at;
}

std::vector<holdings::step> holdings::take_steps() {
  return std::exchange(steps_, {});
}

} // namespace muster
