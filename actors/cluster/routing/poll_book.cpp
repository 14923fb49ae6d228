#include "actors/cluster/routing/poll_book.hpp"

namespace muster {

bool poll_book::park(poll_id poll, const node_ref& at) {
  entry& known = polls_[poll];
  if (known.abandoned) {
    return false;
  }
  known = {entry::stage::parked, at};
  return true;
}

void poll_book::take_back(poll_id poll) {
  polls_[poll].is = entry::stage::on_its_way;
}

void poll_book::wait(poll_id poll) {
  polls_[poll].is = entry::stage::waiting;
}

bool poll_book::is_abandoned(poll_id poll) const {
  const auto found = polls_.find(poll);
  return found != polls_.end() && found->second.abandoned;
}

poll_book::next_step poll_book::report(const poll_report& what) {
  const auto found = polls_.find(what.poll);
  if (found == polls_.end()) {
    return {};
  }
  const bool lost = what.what == poll_report::outcome::lost;
  entry& known = found->second;
  known.abandoned = known.abandoned || lost;
  switch (known.is) {
  case entry::stage::on_its_way:
    return {};
  case entry::stage::waiting:
    return {std::nullopt, lost};
  case entry::stage::parked:
    return {known.at};
  case entry::stage::answered:
    break;
  }
  const next_step told{known.at};
  polls_.erase(found);
  return told;
}

std::optional<persistence::node_ref> poll_book::answer(poll_id poll, bool content) {
  const auto found = polls_.find(poll);
  if (found == polls_.end()) {
    return std::nullopt;
  }
  if (content && !found->second.abandoned) {
    found->second.is = entry::stage::answered;
    return std::nullopt;
  }
  const node_ref at = found->second.at;
  polls_.erase(found);
  // It may have been told already, but not if the client went while the reply was in our hands.
  return content ? std::optional(at) : std::nullopt;
}

} // namespace muster
