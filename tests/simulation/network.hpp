#pragma once

#include "actors/cluster/links/transport.hpp"
#include "tests/simulation/process.hpp"

#include <array>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace muster::test {

/// The network between the machines, as the transport's contract has it: packets of a session
/// arrive in order, some late and some twice, or from one of them on not at all; then, and when a
/// link is cut or a process hangs for three seconds, each end finds out by itself that the session
/// is over.
class network {
public:
  explicit network(world& in) : world_(in) {}

  /// `events` is told until the transport is closed, and only while the process lives.
  std::unique_ptr<transport> join(const node_ref& node, process& at, transport_events& events);

  // What the weather does to sessions; the links themselves are the world's.
  void cut(int one, int other);
  void frozen(int machine);
  /// The process has ended; its peers hear of it at once, unless the whole machine is gone.
  void killed(int machine, bool machine_too);

  /// Connects those that want each other; goes on by itself once it was called.
  void dial();

private:
  struct site {
    process* at = nullptr;
    transport_events* events = nullptr;
    std::vector<peer_address> wanted;
  };
  struct end_of_session {
    node_ref node;
    session_id session = 0;
    bool open = true;
    /// On their way to this end.
    std::deque<std::string> packets;
    milliseconds last_arrival = 0;
    /// Nothing more arrives here.
    bool cut_off = false;
  };
  struct connection {
    std::array<end_of_session, 2> ends;
  };
  using connection_ptr = std::shared_ptr<connection>;
  class end;

  bool want_each_other(const node_ref& one, const node_ref& other);
  connection_ptr between(const node_ref& one, const node_ref& other) const;
  void open(const node_ref& one, const node_ref& other);
  void send(session_id from, std::string packet);
  void deliver(const connection_ptr& way, std::size_t to);
  void close_later(const connection_ptr& which, std::size_t which_end, milliseconds delay);
  void close(const connection_ptr& which, std::size_t which_end, bool tell);
  void drop(session_id session);
  void leave(const node_ref& node);
  void want(const node_ref& node, std::vector<peer_address> peers);
  milliseconds silence() { return world_.chances.between(3'000, 3'400); }
  int machine_of(const node_ref& node) const;
  std::vector<connection_ptr> of(int machine) const;
  std::pair<connection_ptr, std::size_t> find(session_id session) const;

  world& world_;
  std::map<node_ref, site> sites_;
  std::list<connection_ptr> connections_;
  /// What is sent after this is of a later connection.
  session_id last_session_ = 0;
};

} // namespace muster::test
