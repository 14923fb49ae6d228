#include "actors/cluster/links/gateway_sessions.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace muster {

void gateway_sessions::want(std::vector<peer_address> peers) {
  const std::lock_guard guard(lock_);
  wanted_ = std::move(peers);
}

std::vector<peer_address> gateway_sessions::wanted() const {
  const std::lock_guard guard(lock_);
  return wanted_;
}

bool gateway_sessions::is_wanted(const node_ref& node) const {
  const std::lock_guard guard(lock_);
  return std::any_of(wanted_.begin(), wanted_.end(),
                     [&](const peer_address& one) { return one.node == node; });
}

void gateway_sessions::set_reachable(std::vector<peer_address> peers) {
  const std::lock_guard guard(lock_);
  reachable_ = std::move(peers);
}

std::vector<peer_address> gateway_sessions::take_reachable() {
  const std::lock_guard guard(lock_);
  return std::exchange(reachable_, {});
}

void gateway_sessions::add(session_id session, const node_ref& peer, way by) {
  const std::lock_guard guard(lock_);
  // A handshake may be under way when all ends.
  if (!closed_) {
    open_[session] = {peer, std::move(by)};
  }
}

bool gateway_sessions::remove(session_id session) {
  const std::lock_guard guard(lock_);
  return open_.erase(session) == 1;
}

bool gateway_sessions::is_open(session_id session) const {
  const std::lock_guard guard(lock_);
  return open_.contains(session);
}

bool gateway_sessions::is_connected(const node_ref& node) const {
  const std::lock_guard guard(lock_);
  return std::any_of(open_.begin(), open_.end(),
                     [&](const auto& one) { return one.second.peer == node; });
}

void gateway_sessions::send(session_id session, std::string packet) const {
  // Sent under the lock: after `close` nobody touches CAF any more.
  const std::lock_guard guard(lock_);
  if (const auto found = open_.find(session); found != open_.end()) {
    const way& by = found->second.by;
    caf::anon_send(by.to, packet_atom::value, by.theirs, std::move(packet));
  }
}

void gateway_sessions::drop(session_id session) {
  const std::lock_guard guard(lock_);
  if (const auto found = open_.find(session); found != open_.end()) {
    caf::anon_send(found->second.by.to, bye_atom::value, found->second.by.theirs);
    open_.erase(found);
  }
}

void gateway_sessions::close() {
  const std::lock_guard guard(lock_);
  closed_ = true;
  open_.clear();
}

} // namespace muster
