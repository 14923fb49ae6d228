#pragma once

#include "actors/cluster/links/channel.hpp"
#include "actors/cluster/links/links.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster {

/// One peer: its session, what of this node's calls it works at, and the probes it has not
/// answered. Thread-safe.
class peer {
public:
  struct probe_of_it {
    std::function<void(bool)> answered;
    milliseconds since = 0;
  };
  /// What is left of a session when it ends.
  struct remains {
    session_id session = 0;
    std::vector<failed_call> calls;
    std::vector<probe_of_it> probes;
  };

  peer(node_ref node, const link_limits& limits) : node_(std::move(node)), limits_(limits) {}

  const node_ref& node() const { return node_; }

  /// Starts a session; the one before, if there was one, must have been ended.
  void open(session_id session, transport& by);
  /// Ends `session`, or whatever there is if it is 0.
  remains close(session_id session);

  peer_link::verdict send(call_id call, std::string encoded, peer_link::pace how, transport& by);
  /// What is no call; of large answers beyond the limits overloaded. False, and dropped: there is
  /// no session, or `session` is given and over.
  bool queue(std::vector<envelope> what, transport& by, session_id session = 0);
  /// False: there is no session.
  bool probe(probe_of_it&& what, transport& by);
  std::vector<probe_of_it> expired_probes(milliseconds since);

  struct intake {
    bool broken = false;
    /// A packet of a session that is over.
    bool ignored = false;
    arrivals arrived;
    std::vector<probe_of_it> answered;
  };
  /// Reads a packet; the calls that it answers are not under way any more.
  intake receive(session_id session, std::string_view packet);
  /// Sends what waits, and that the last packet has been dealt with.
  void flush(transport& by);

  /// Adds this peer's figures.
  void fill(link_counters& counters) const;

private:
  struct call {
    bool prompt = true;
    std::size_t bytes = 0;
  };

  bool has_room(std::size_t bytes, peer_link::pace how) const;
  bool is_too_much(const envelope& answer) const;
  void forget(std::unordered_map<std::uint64_t, call>::iterator at);
  void pump(transport& by);

  const node_ref node_;
  const link_limits limits_;
  mutable std::mutex lock_;
  session_id session_ = 0;
  channel channel_;
  std::unordered_map<std::uint64_t, call> calls_;
  /// Prompt calls, and their bytes.
  std::size_t requests_ = 0;
  std::size_t bytes_ = 0;
  std::map<std::uint64_t, probe_of_it> probes_;
  std::uint64_t next_number_ = 0;
  link_counters counts_;
};

} // namespace muster
