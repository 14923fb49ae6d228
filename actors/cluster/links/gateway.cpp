#include "actors/cluster/links/gateway.hpp"

#include "actors/cluster/wire/codec.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace muster {

namespace {

/// Of one step of a handshake. CAF remembers each that it was given until its end.
constexpr std::chrono::seconds patience{3};

} // namespace

gateway::gateway(caf::actor_config& config, const caf_transport_options& options,
                 gateway_sessions& sessions, transport_events& events,
                 caf::io::middleman_actor network)
    : gateway_actor::base(config), options_(options), sessions_(sessions), events_(events),
      network_(std::move(network)) {
  set_down_handler([this](caf::down_msg& gone) {
    for (auto at = contacts_.begin(); at != contacts_.end();) {
      const auto here = at++;
      if (here->second.to.address() == gone.source) {
        end(here);
      }
    }
  });
}

/// CAF's clock keeps this object until the last time-out of a request is over, after CAF's end; but
/// the end waits for the middleman's thread, and that for whoever holds the middleman's actor.
void gateway::on_exit() {
  network_ = caf::io::middleman_actor();
  contacts_.clear();
}

gateway::behavior_type gateway::make_behavior() {
  return {
      [this](hello_atom, const std::string& cluster, std::uint16_t version, const std::string& id,
             std::uint64_t generation, session_id theirs) {
        return accept(cluster, version, {id, generation}, theirs);
      },
      [this](packet_atom, session_id session, std::string& packet) {
        take_packet(session, std::move(packet));
      },
      [this](bye_atom, session_id session) {
        if (const auto found = contacts_.find(session); found != contacts_.end()) {
          end(found);
        }
      },
      [this](look_atom) {
        for (const peer_address& peer : sessions_.take_reachable()) {
          if (!sessions_.is_connected(peer.node) && dialing_.insert(peer.node).second) {
            dial(peer);
          }
        }
      },
  };
}

std::string gateway::refusal(const std::string& cluster, std::uint16_t version,
                             const node_ref& from) const {
  if (cluster != options_.cluster) {
    return "this is cluster " + options_.cluster;
  }
  if (version != wire::wire_version) {
    return "this node speaks version " + std::to_string(wire::wire_version) + " between nodes";
  }
  if (from == options_.self) {
    return "this node has the same name, or CAF takes both for the same: their machines' network "
           "addresses and their process numbers must not both be equal";
  }
  if (!sessions_.is_wanted(from)) {
    return "this node does not know of you as a member";
  }
  return {};
}

gateway::welcome gateway::accept(const std::string& cluster, std::uint16_t version,
                                 const node_ref& from, session_id theirs) {
  const node_ref& self = options_.self;
  auto to = caf::actor_cast<gateway_actor>(current_sender());
  std::string why = refusal(cluster, version, from);
  if (why.empty() && to == nullptr) {
    why = "nobody to answer to";
  }
  if (!why.empty()) {
    return {std::move(why), self.id, self.generation, 0};
  }
  // Who dials has no session any more.
  end_all_of(from);
  monitor(to);
  // It is open when the first packet says that the other side knows this one's number.
  contacts_[++last_session_] = {from, std::move(to), theirs, false};
  return {{}, self.id, self.generation, last_session_};
}

void gateway::dial(const peer_address& peer) {
  request(network_, patience, caf::connect_atom::value, peer.host, peer.port)
      .then(
          [this, peer](const caf::node_id&, const caf::strong_actor_ptr& found,
                       const std::set<std::string>& speaks) {
            if (found == nullptr || !system().assignable(speaks, message_types())) {
              return failed(peer.node, "no node of Muster's listens there");
            }
            greet(peer, caf::actor_cast<gateway_actor>(found));
          },
          [this, peer](const caf::error& problem) {
            failed(peer.node, "it is of another cluster or version, or shows no certificate of the "
                              "authority (" +
                                  system().render(problem) + ")");
          });
}

void gateway::greet(const peer_address& peer, const gateway_actor& to) {
  const session_id session = ++last_session_;
  contacts_[session] = {peer.node, to, 0, false};
  monitor(to);
  const node_ref& self = options_.self;
  request(to, patience, hello_atom::value, options_.cluster, std::uint16_t{wire::wire_version},
          self.id, self.generation, session)
      .then(
          [this, peer, session](std::string& why, std::string& id, std::uint64_t generation,
                                session_id theirs) {
            welcomed(peer, session, {std::move(why), std::move(id), generation, theirs});
          },
          [this, peer, session](const caf::error& problem) {
            contacts_.erase(session);
            failed(peer.node, "it does not answer (" + system().render(problem) + ")");
          });
}

void gateway::welcomed(const peer_address& peer, session_id session, const welcome& said) {
  const auto& [why, id, generation, theirs] = said;
  const auto at = contacts_.find(session);
  if (at == contacts_.end()) {
    return failed(peer.node, "the connection was lost at once");
  }
  const node_ref there{id, generation};
  if (!why.empty() || there != peer.node) {
    contacts_.erase(at);
    return failed(peer.node, !why.empty() ? "it says: " + why
                                          : "node " + persistence::to_text(there) + " is there");
  }
  dialing_.erase(peer.node);
  reasons_.erase(peer.node);
  at->second.theirs = theirs;
  open(at);
}

void gateway::failed(const node_ref& peer, const std::string& why) {
  dialing_.erase(peer);
  std::string& known = reasons_[peer];
  if (known != why) {
    known = why;
    spdlog::warn("node {} can't be connected to: {}", persistence::to_text(peer), why);
  }
}

void gateway::open(contact_map::iterator at) {
  contact& with = at->second;
  with.open = true;
  sessions_.add(at->first, with.peer, {with.to, with.theirs});
  events_.opened(at->first, with.peer);
}

void gateway::take_packet(session_id session, std::string&& packet) {
  const auto found = contacts_.find(session);
  if (found == contacts_.end()) {
    return;
  }
  if (!found->second.open) {
    open(found);
  }
  if (sessions_.is_open(session)) {
    events_.received(session, std::move(packet));
  } else {
    contacts_.erase(found);
  }
}

void gateway::end(contact_map::iterator at) {
  const session_id session = at->first;
  contacts_.erase(at);
  if (sessions_.remove(session)) {
    events_.closed(session);
  }
}

void gateway::end_all_of(const node_ref& peer) {
  for (auto at = contacts_.begin(); at != contacts_.end();) {
    const auto here = at++;
    if (here->second.peer == peer) {
      end(here);
    }
  }
}

} // namespace muster
