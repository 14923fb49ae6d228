#include "actors/cluster/ownership/member_news.hpp"

#include <algorithm>

namespace muster {

namespace {

using persistence::death_vote;
using persistence::member;
using persistence::member_status;

void tell_status(const member& now, std::string name, std::vector<std::string>& news) {
  switch (now.status) {
  case member_status::alive:
    news.push_back("node " + name + " at " + now.address + " has joined");
    break;
  case member_status::leaving:
    news.push_back("node " + name + " is leaving and hands its shards over");
    break;
  case member_status::dead:
    news.push_back("node " + name + " is dead or has left");
    break;
  }
}

void tell_votes(const member* before, const member& now, std::vector<std::string>& news) {
  for (const auto& vote : now.votes) {
    const bool known =
        before != nullptr &&
        std::ranges::find(before->votes, vote.voter, &death_vote::voter) != before->votes.end();
    if (!known) {
      news.push_back("node " + to_text(vote.voter) + " does not hear node " + to_text(now.node));
    }
  }
}

} // namespace

std::vector<std::string> member_news(const std::vector<member>& before,
                                     const std::vector<member>& now) {
  std::vector<std::string> news;
  for (const auto& one : now) {
    const auto known = std::ranges::find(before, one.node, &member::node);
    const bool is_new = known == before.end();
    tell_votes(is_new ? nullptr : &*known, one, news);
    // The dead of the time before this node joined are no news.
    if (is_new ? one.status != member_status::dead : known->status != one.status) {
      tell_status(one, to_text(one.node), news);
    }
  }
  return news;
}

} // namespace muster
