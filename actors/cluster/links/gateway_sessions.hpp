#pragma once

#include "actors/cluster/links/gateway_interface.hpp"
#include "actors/cluster/links/transport.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace muster {

/// What the gateway shares with the threads that send: who is wanted, and what is open.
/// Thread-safe.
class gateway_sessions {
public:
  /// A session as its sender needs it.
  struct way {
    gateway_actor to;
    session_id theirs = 0;
  };

  void want(std::vector<peer_address> peers);
  std::vector<peer_address> wanted() const;
  bool is_wanted(const node_ref& node) const;

  /// Peers that answer at their port and are to be dialed now.
  void set_reachable(std::vector<peer_address> peers);
  std::vector<peer_address> take_reachable();

  void add(session_id session, const node_ref& peer, way by);
  /// False: it is over already.
  bool remove(session_id session);
  bool is_open(session_id session) const;
  bool is_connected(const node_ref& node) const;
  void send(session_id session, std::string packet) const;
  /// Ends a session and tells the peer so.
  void drop(session_id session);
  /// Ends all of them; none is added any more.
  void close();

private:
  struct entry {
    node_ref peer;
    way by;
  };

  mutable std::mutex lock_;
  bool closed_ = false;
  std::vector<peer_address> wanted_;
  std::vector<peer_address> reachable_;
  std::map<session_id, entry> open_;
};

} // namespace muster
