#include "actors/cluster/membership/verdicts.hpp"

#include <algorithm>

namespace muster {

namespace {

using persistence::death_vote;
using persistence::member;
using persistence::member_status;
using persistence::node_ref;

constexpr std::size_t most_votes_needed = 2;

bool lives(const member& one) noexcept {
  return one.status != member_status::dead;
}

std::size_t votes_needed(const evidence& what, const node_ref& suspect, const node_ref& self) {
  const auto others = std::ranges::count_if(what.view.members, [&](const member& one) {
    const bool here = one.node == self || !what.unheard(one.node);
    return lives(one) && one.node != suspect && here;
  });
  return std::min(static_cast<std::size_t>(others), most_votes_needed);
}

/// Whether a vote counts: of somebody who lives, and not too old.
bool counts(const evidence& what, const death_vote& vote, const membership_options& options) {
  return vote.age + what.view_age < options.vote_window &&
         std::ranges::any_of(what.view.members, [&](const member& one) {
           return one.node == vote.voter && lives(one);
         });
}

} // namespace

std::optional<verdict> judge(const evidence& what, const node_ref& self,
                             const membership_options& options) {
  for (const auto& one : what.view.members) {
    const bool has_reason = what.silent(one.node) || what.unheard(one.node);
    if (one.node == self || !lives(one) || !has_reason) {
      continue;
    }
    std::size_t votes = 1;
    bool voted = false;
    for (const auto& vote : one.votes) {
      const bool counted = counts(what, vote, options);
      voted = voted || (counted && vote.voter == self);
      votes += counted && vote.voter != self && vote.voter != one.node ? 1 : 0;
    }
    const bool decides = votes >= votes_needed(what, one.node, self);
    if (decides || !voted) {
      return verdict{one.node, decides};
    }
  }
  return std::nullopt;
}

} // namespace muster
