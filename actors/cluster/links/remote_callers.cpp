#include "actors/cluster/links/remote_callers.hpp"

#include "actors/cluster/wire/codec.hpp"

#include <spdlog/spdlog.h>

namespace muster {

namespace {

/// Own edges count their polls from 1.
constexpr std::uint64_t first_remote_poll = std::uint64_t{1} << 63;
/// In the request's number of a reply address: the call is a poll.
constexpr std::uint64_t poll_mark = std::uint64_t{1} << 63;

poll_id* poll_of(command& what) {
  if (auto* poll = std::get_if<poll_rpc>(&what.body)) {
    return &poll->poll;
  }
  auto* poll = std::get_if<poll_attributes>(&what.body);
  return poll != nullptr ? &poll->poll : nullptr;
}

} // namespace

void remote_callers::opened(session_id session) {
  const std::lock_guard guard(lock_);
  open_.insert(session);
}

void remote_callers::call(session_id session, std::uint64_t call, std::string_view encoded,
                          instant now) {
  auto what = wire::decode_command(encoded, now);
  if (!what || call >= poll_mark) {
    spdlog::error("a command of another node can't be read");
    needs_.send_back(session, {{call, wire::encode(reply(error{error_code::internal, {}}))}});
    return;
  }
  const bool poll = poll_of(*what) != nullptr;
  if (poll && !park(session, call, *what)) {
    return;
  }
  needs_.serve(std::move(*what), reply_handle({this, session, poll ? call | poll_mark : call}));
}

bool remote_callers::park(session_id session, std::uint64_t call, command& what) {
  poll_id& poll = *poll_of(what);
  const std::lock_guard guard(lock_);
  if (!open_.contains(session)) {
    return false;
  }
  const poll_key key{session, poll};
  poll = static_cast<poll_id>(first_remote_poll + ++next_poll_);
  polls_[{session, call}] = {key, poll, what.device};
  calls_of_polls_[key] = call;
  return true;
}

void remote_callers::report(session_id session, std::string_view encoded) {
  const auto what = wire::decode_report(encoded);
  if (!what) {
    spdlog::error("a report of another node can't be read");
    return;
  }
  poll_report ours = *what;
  {
    const std::lock_guard guard(lock_);
    const auto named = calls_of_polls_.find({session, what->poll});
    if (named == calls_of_polls_.end()) {
      return;
    }
    const auto found = polls_.find({session, named->second});
    ours.poll = found->second.ours;
    ours.device = found->second.device;
    if (found->second.answered) {
      calls_of_polls_.erase(named);
      polls_.erase(found);
    } else {
      found->second.lost = true;
    }
  }
  needs_.report(ours);
}

void remote_callers::closed(session_id session) {
  std::vector<poll_report> lost;
  {
    const std::lock_guard guard(lock_);
    open_.erase(session);
    auto at = polls_.lower_bound({session, 0});
    while (at != polls_.end() && at->first.first == session) {
      parked_poll& poll = at->second;
      lost.push_back({poll.device, poll.ours, poll_report::outcome::lost});
      if (poll.answered) {
        calls_of_polls_.erase(poll.key);
        at = polls_.erase(at);
      } else {
        // Its handle is still to be answered.
        poll.lost = true;
        ++at;
      }
    }
  }
  report_all(lost);
}

void remote_callers::push(std::vector<completion> batch) noexcept {
  const std::vector<poll_report> undelivered = settle_polls(batch);
  std::map<session_id, std::vector<outgoing_reply>> by_session;
  for (completion& one : batch) {
    const reply_address to = one.to.release();
    by_session[to.connection].push_back({to.request & ~poll_mark, wire::encode(one.what)});
  }
  for (auto& [session, replies] : by_session) {
    needs_.send_back(session, std::move(replies));
  }
  report_all(undelivered);
}

/// A poll that ended without content is over; one with content waits for its report. Returns the
/// reports of content that nobody is there for any more.
std::vector<poll_report> remote_callers::settle_polls(const std::vector<completion>& batch) {
  std::vector<poll_report> undelivered;
  const std::lock_guard guard(lock_);
  for (const completion& one : batch) {
    const reply_address& to = one.to.address();
    if ((to.request & poll_mark) == 0) {
      continue;
    }
    const auto found = polls_.find({to.connection, to.request & ~poll_mark});
    if (found == polls_.end()) {
      continue;
    }
    parked_poll& poll = found->second;
    const bool content = !std::holds_alternative<error>(one.what);
    if (content && !poll.lost) {
      poll.answered = true;
      continue;
    }
    if (content) {
      undelivered.push_back({poll.device, poll.ours, poll_report::outcome::lost});
    }
    calls_of_polls_.erase(poll.key);
    polls_.erase(found);
  }
  return undelivered;
}

void remote_callers::report_all(const std::vector<poll_report>& reports) {
  for (const poll_report& one : reports) {
    needs_.report(one);
  }
}

} // namespace muster
