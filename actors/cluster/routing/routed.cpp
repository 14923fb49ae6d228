#include "actors/cluster/routing/routed.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// Of commands that come without a deadline.
constexpr milliseconds default_span = 10'000;
/// What a node may be late with its answer.
constexpr milliseconds slack = 5'000;

const milliseconds* poll_timeout_of(const command& what) {
  if (const auto* poll = std::get_if<poll_rpc>(&what.body)) {
    return &poll->timeout;
  }
  const auto* poll = std::get_if<poll_attributes>(&what.body);
  return poll != nullptr ? &poll->timeout : nullptr;
}

const rpc_request* waiting_rpc(const command& what) {
  const auto* rpc = std::get_if<send_rpc>(&what.body);
  return rpc != nullptr && !rpc->request.persistent ? &rpc->request : nullptr;
}

template <class Body>
bool is(const command& what) {
  return std::holds_alternative<Body>(what.body);
}

} // namespace

routed make_routed(command what, reply_handle to, instant now, milliseconds client_timeout) {
  routed made;
  made.shard = shard_of(what.device);
  made.span = what.deadline != 0 ? what.deadline - now.steady : default_span;
  const milliseconds* timeout = is<call_rules>(what) ? &client_timeout : poll_timeout_of(what);
  made.until = now.steady + (timeout != nullptr ? std::max<milliseconds>(0, *timeout) : made.span);
  made.what = std::move(what);
  made.to = std::move(to);
  return made;
}

std::optional<poll_id> poll_of(const command& what) {
  if (const auto* poll = std::get_if<poll_rpc>(&what.body)) {
    return poll->poll;
  }
  if (const auto* poll = std::get_if<poll_attributes>(&what.body)) {
    return poll->poll;
  }
  return std::nullopt;
}

bool waits(const command& what) {
  return poll_timeout_of(what) != nullptr || waiting_rpc(what) != nullptr || is<call_rules>(what);
}

bool is_idempotent(const command& what) {
  return poll_timeout_of(what) != nullptr || is<read_device_attributes>(what) ||
         is<read_attributes>(what) || is<read_latest>(what) || is<read_device>(what) ||
         is<read_credentials>(what);
}

void follow(routed& what, instant now) {
  if (const rpc_request* rpc = waiting_rpc(what.what)) {
    what.until = std::max(what.until, now.steady + rpc->expiration - now.wall);
  }
}

void renew(routed& what, milliseconds now) {
  if (!waits(what.what)) {
    return;
  }
  what.what.deadline = std::max(what.what.deadline, now + what.span);
  const milliseconds left = std::max<milliseconds>(0, what.until - now);
  if (auto* poll = std::get_if<poll_rpc>(&what.what.body)) {
    poll->timeout = left;
  } else if (auto* attributes = std::get_if<poll_attributes>(&what.what.body)) {
    attributes->timeout = left;
  }
}

std::optional<milliseconds> overdue_at(const routed& what) {
  // These end when their node says so: the last deleted row, the device's reply.
  if (is<delete_telemetry>(what.what) || waiting_rpc(what.what) != nullptr) {
    return std::nullopt;
  }
  // One that has moved may wait anew where it is.
  if (is<call_rules>(what.what)) {
    return what.until;
  }
  return *what.tried == node_ref{} ? std::nullopt : std::optional(what.until + slack);
}

error out_of_time(const command& what) {
  return {poll_of(what) || is<call_rules>(what) ? error_code::poll_timeout : error_code::overloaded,
          {}};
}

error fate_unknown(const command& what) {
  return is_idempotent(what) ? out_of_time(what) : error{error_code::storage_unavailable, {}};
}

} // namespace muster
