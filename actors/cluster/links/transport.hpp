#pragma once

#include "persistence/cluster/node_ref.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace muster {

using persistence::node_ref;

/// A connection to a peer from its handshake to its end, as this node counts them; never reused.
using session_id = std::uint64_t;

struct peer_address {
  node_ref node;
  std::string host;
  std::uint16_t port = 0;

  friend bool operator==(const peer_address&, const peer_address&) = default;
};

/// What a transport tells. On threads of its own; for one session never two at a time.
class transport_events {
public:
  virtual ~transport_events() = default;

  virtual void opened(session_id session, const node_ref& peer) = 0;
  virtual void received(session_id session, std::string packet) = 0;
  /// Nothing more of the session comes, and nothing arrives that is sent. Perhaps the peer has not
  /// received what was sent last.
  virtual void closed(session_id session) = 0;
};

/// Sessions with the other nodes: CAF's in the node, a simulated network's in tests. Thread-safe;
/// no member but `close` blocks.
class transport {
public:
  virtual ~transport() = default;

  /// Ends it: no event comes after this has returned, and what is sent goes nowhere. Blocks; not
  /// within an event.
  virtual void close() = 0;

  /// With whom sessions are wanted; others are refused. Those of two nodes that want each other
  /// come about by themselves, and come back when they were lost.
  virtual void want(std::vector<peer_address> peers) = 0;
  /// In order, as a whole, or not at all together with all that is sent afterwards. Packets are
  /// below 256 KiB.
  virtual void send(session_id session, std::string packet) = 0;
  /// Ends a session; `closed` is not called for it any more.
  virtual void drop(session_id session) = 0;
};

} // namespace muster
