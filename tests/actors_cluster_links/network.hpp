#pragma once

#include "actors/cluster/links/transport.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace muster::test {

/// Transports of any number of nodes in one thread. Nothing happens but in `step`, which lets one
/// randomly chosen thing happen: a session opens, a packet arrives (perhaps twice), a session
/// breaks and what is under way on it is lost.
class network {
public:
  explicit network(std::uint64_t seed) : dice_(seed) {}

  std::unique_ptr<transport> join(const node_ref& node, transport_events& events) {
    auto made = std::make_unique<end>(*this, node);
    nodes_[node] = {&events, {}};
    return made;
  }

  /// From now on breaks a session once in so many steps; 0: never.
  void break_every(std::uint64_t steps) { break_every_ = steps; }
  /// Nothing goes between this node and the others: a cable is pulled, or the node hangs.
  void cut(const node_ref& node, bool is_cut) { nodes_[node].is_cut = is_cut; }

  /// False: nothing is under way.
  bool step() {
    if (break_every_ != 0 && below(break_every_) == 0 && !sessions_.empty()) {
      break_session(std::next(sessions_.begin(), static_cast<long>(below(sessions_.size()))));
      return true;
    }
    return (below(4) == 0 && connect()) || deliver() || connect();
  }

  void run() {
    while (step()) {
    }
  }

  void break_all() {
    while (!sessions_.empty()) {
      break_session(sessions_.begin());
    }
  }

private:
  struct site {
    transport_events* events = nullptr;
    std::vector<peer_address> wanted;
    bool is_cut = false;
  };
  /// One direction of a connection: what `from` has sent to the session `to` of `receiver`.
  struct direction {
    node_ref sender;
    node_ref receiver;
    session_id to = 0;
    std::deque<std::string> packets;
  };

  class end final : public transport {
  public:
    end(network& of, node_ref node) : of_(of), node_(std::move(node)) {}
    void close() override { of_.leave(node_); }
    void want(std::vector<peer_address> peers) override {
      of_.nodes_[node_].wanted = std::move(peers);
    }
    void send(session_id session, std::string packet) override {
      if (const auto found = of_.sessions_.find(session); found != of_.sessions_.end()) {
        found->second.packets.push_back(std::move(packet));
      }
    }
    void drop(session_id session) override {
      const auto found = of_.sessions_.find(session);
      if (found != of_.sessions_.end()) {
        of_.break_session(found, node_);
      }
    }

  private:
    network& of_;
    node_ref node_;
  };

  std::uint64_t below(std::uint64_t limit) { return dice_() % limit; }

  bool wants(const node_ref& one, const node_ref& other) {
    const auto& wanted = nodes_[one].wanted;
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const peer_address& peer) { return peer.node == other; });
  }

  bool connected(const node_ref& one, const node_ref& other) const {
    return std::any_of(sessions_.begin(), sessions_.end(), [&](const auto& session) {
      return session.second.sender == one && session.second.receiver == other;
    });
  }

  bool reach(const node_ref& one, const node_ref& other) {
    return !nodes_[one].is_cut && !nodes_[other].is_cut;
  }

  bool connect() {
    for (const auto& [one, unused] : nodes_) {
      for (const auto& [other, unused_too] : nodes_) {
        if (one < other && wants(one, other) && wants(other, one) && reach(one, other) &&
            !connected(one, other)) {
          open(one, other);
          return true;
        }
      }
    }
    return false;
  }

  void open(const node_ref& one, const node_ref& other) {
    const session_id here = ++last_session_;
    const session_id there = ++last_session_;
    sessions_[here] = {one, other, there, {}};
    sessions_[there] = {other, one, here, {}};
    nodes_[one].events->opened(here, other);
    if (sessions_.contains(there)) {
      nodes_[other].events->opened(there, one);
    }
  }

  bool deliver() {
    std::vector<session_id> ready;
    for (const auto& [session, way] : sessions_) {
      if (!way.packets.empty() && reach(way.sender, way.receiver)) {
        ready.push_back(session);
      }
    }
    if (ready.empty()) {
      return false;
    }
    direction& way = sessions_[ready[below(ready.size())]];
    const std::string packet = std::move(way.packets.front());
    way.packets.pop_front();
    const session_id to = way.to;
    transport_events* events = nodes_[way.receiver].events;
    events->received(to, packet);
    if (below(8) == 0 && sessions_.contains(to)) {
      events->received(to, packet);
    }
    return true;
  }

  /// All but `silent` hear of it.
  void break_session(std::map<session_id, direction>::iterator at, const node_ref& silent = {}) {
    const session_id one = at->first;
    const session_id other = at->second.to;
    const node_ref sender = at->second.sender;
    const node_ref receiver = at->second.receiver;
    sessions_.erase(one);
    sessions_.erase(other);
    if (sender != silent) {
      nodes_[sender].events->closed(one);
    }
    if (receiver != silent) {
      nodes_[receiver].events->closed(other);
    }
  }

  void leave(const node_ref& node) {
    for (auto at = sessions_.begin(); at != sessions_.end();) {
      if (at->second.sender == node) {
        break_session(at, node);
        at = sessions_.begin();
      } else {
        ++at;
      }
    }
    nodes_.erase(node);
  }

  std::mt19937_64 dice_;
  std::uint64_t break_every_ = 0;
  std::map<node_ref, site> nodes_;
  std::map<session_id, direction> sessions_;
  session_id last_session_ = 0;
};

} // namespace muster::test
