#include "tests/simulation/network.hpp"

#include <algorithm>
#include <utility>

namespace muster::test {

class network::end final : public transport {
public:
  end(network& of, node_ref node) : of_(of), node_(std::move(node)) {}

  void close() override { of_.leave(node_); }
  void want(std::vector<peer_address> peers) override { of_.want(node_, std::move(peers)); }
  void send(session_id session, std::string packet) override {
    of_.send(session, std::move(packet));
  }
  void drop(session_id session) override { of_.drop(session); }

private:
  network& of_;
  node_ref node_;
};

std::unique_ptr<transport> network::join(const node_ref& node, process& at,
                                         transport_events& events) {
  sites_[node] = {&at, &events, {}};
  return std::make_unique<end>(*this, node);
}

int network::machine_of(const node_ref& node) const {
  // Machine 2 is of node "n2".
  return std::stoi(node.id.substr(1));
}

void network::want(const node_ref& node, std::vector<peer_address> peers) {
  if (const auto found = sites_.find(node); found != sites_.end()) {
    found->second.wanted = std::move(peers);
  }
}

bool network::want_each_other(const node_ref& one, const node_ref& other) {
  const auto wants = [&](const node_ref& who, const node_ref& whom) {
    return std::ranges::any_of(sites_[who].wanted,
                               [&](const auto& peer) { return peer.node == whom; });
  };
  return wants(one, other) && wants(other, one);
}

network::connection_ptr network::between(const node_ref& one, const node_ref& other) const {
  for (const auto& way : connections_) {
    if (way->ends[0].node == one && way->ends[1].node == other) {
      return way;
    }
  }
  return nullptr;
}

void network::dial() {
  for (const auto& [one, here] : sites_) {
    for (const auto& [other, there] : sites_) {
      const bool able = one < other && !here.at->frozen() && !there.at->frozen() &&
                        world_.linked(machine_of(one), machine_of(other));
      if (!able || !want_each_other(one, other)) {
        continue;
      }
      const auto known = between(one, other);
      // An end that has not noticed yet hears of it by the new handshake.
      if (!known || !known->ends[0].open || !known->ends[1].open) {
        open(one, other);
      }
    }
  }
  world_.time.in(world_.chances.between(50, 150), [this] { dial(); });
}

void network::open(const node_ref& one, const node_ref& other) {
  if (const auto old = between(one, other)) {
    close(old, 0, true);
    close(old, 1, true);
  }
  auto made = std::make_shared<connection>();
  made->ends[0].node = one;
  made->ends[1].node = other;
  for (auto& each : made->ends) {
    each.session = ++last_session_;
  }
  connections_.push_back(made);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& to = sites_[made->ends[i].node];
    to.at->arrive([events = to.events, session = made->ends[i].session,
                   peer = made->ends[1 - i].node] { events->opened(session, peer); });
  }
}

std::pair<network::connection_ptr, std::size_t> network::find(session_id session) const {
  for (const auto& way : connections_) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (way->ends[i].session == session) {
        return {way, i};
      }
    }
  }
  return {nullptr, 0};
}

void network::send(session_id from, std::string packet) {
  const auto [way, sender] = find(from);
  if (way == nullptr || !way->ends[sender].open) {
    return;
  }
  auto& to = way->ends[1 - sender];
  dice& chances = world_.chances;
  if (!to.cut_off && chances.chance(world_.lost_packets)) {
    to.cut_off = true;
    close_later(way, 0, chances.between(0, 3'400));
    close_later(way, 1, chances.between(0, 3'400));
  }
  if (to.cut_off || !to.open) {
    return;
  }
  to.packets.push_back(std::move(packet));
  const milliseconds delay =
      chances.chance(world_.late_packets) ? chances.between(20, 700) : chances.between(0, 2);
  to.last_arrival = std::max(to.last_arrival, world_.time.time() + delay);
  world_.time.at(to.last_arrival,
                 [this, way = way, receiver = 1 - sender] { deliver(way, receiver); });
}

void network::deliver(const connection_ptr& way, std::size_t to) {
  auto& there = way->ends[to];
  if (!there.open || there.packets.empty()) {
    return;
  }
  if (!world_.linked(machine_of(way->ends[0].node), machine_of(way->ends[1].node))) {
    // Sent again until it arrives or the session ends.
    world_.time.in(world_.chances.between(10, 50), [this, way, to] { deliver(way, to); });
    return;
  }
  const auto packet = std::make_shared<std::string>(std::move(there.packets.front()));
  there.packets.pop_front();
  const auto& receiver = sites_[there.node];
  for (int copies = world_.chances.chance(0.05) ? 2 : 1; copies > 0; --copies) {
    receiver.at->arrive([events = receiver.events, session = there.session, packet, way, to] {
      if (way->ends[to].open) {
        events->received(session, *packet);
      }
    });
  }
}

void network::close_later(const connection_ptr& which, std::size_t which_end, milliseconds delay) {
  world_.time.in(delay, [this, which, which_end] { close(which, which_end, true); });
}

void network::close(const connection_ptr& which, std::size_t which_end, bool tell) {
  auto& at = which->ends[which_end];
  if (!at.open) {
    return;
  }
  at.open = false;
  which->ends[1 - which_end].cut_off = true;
  at.packets.clear();
  if (const auto found = sites_.find(at.node); tell && found != sites_.end()) {
    found->second.at->arrive(
        [events = found->second.events, session = at.session] { events->closed(session); });
  }
  if (!which->ends[1 - which_end].open) {
    connections_.remove(which);
  }
}

void network::drop(session_id session) {
  const auto [way, at] = find(session);
  if (way != nullptr) {
    const bool linked = world_.linked(machine_of(way->ends[0].node), machine_of(way->ends[1].node));
    close_later(way, 1 - at, linked ? world_.chances.between(0, 5) : silence());
    close(way, at, false);
  }
}

void network::leave(const node_ref& node) {
  sites_.erase(node);
  for (const auto& way : std::list<connection_ptr>(connections_)) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (way->ends[i].node == node) {
        close_later(way, 1 - i, world_.chances.between(0, 5));
        close(way, i, false);
      }
    }
  }
}

std::vector<network::connection_ptr> network::of(int machine) const {
  std::vector<connection_ptr> found;
  for (const auto& way : connections_) {
    if (machine_of(way->ends[0].node) == machine || machine_of(way->ends[1].node) == machine) {
      found.push_back(way);
    }
  }
  return found;
}

void network::cut(int one, int other) {
  for (const auto& way : of(one)) {
    if (machine_of(way->ends[0].node) != other && machine_of(way->ends[1].node) != other) {
      continue;
    }
    for (std::size_t i = 0; i < 2; ++i) {
      world_.time.in(silence(), [this, way, i, one, other] {
        if (!world_.linked(one, other)) {
          close(way, i, true);
        }
      });
    }
  }
}

void network::frozen(int machine) {
  for (const auto& way : of(machine)) {
    for (std::size_t i = 0; i < 2; ++i) {
      world_.time.in(silence(), [this, way, i, machine] {
        const auto found = std::ranges::find_if(
            sites_, [&](const auto& one) { return machine_of(one.first) == machine; });
        if (found != sites_.end() && found->second.at->frozen()) {
          close(way, i, true);
        }
      });
    }
  }
}

void network::killed(int machine, bool machine_too) {
  for (const auto& way : of(machine)) {
    for (std::size_t i = 0; i < 2; ++i) {
      const bool dead = machine_of(way->ends[i].node) == machine;
      if (dead) {
        close(way, i, false);
      } else {
        close_later(way, i, machine_too ? silence() : world_.chances.between(0, 20));
      }
    }
  }
  std::erase_if(sites_, [&](const auto& one) { return machine_of(one.first) == machine; });
}

} // namespace muster::test
