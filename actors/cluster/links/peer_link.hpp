#pragma once

#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "persistence/cluster/node_ref.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace muster {

using persistence::node_ref;

/// Names a command under way to another node; given by the router, never reused in a process.
enum class call_id : std::uint64_t {};

struct answered_call {
  call_id call{};
  reply what;
};

struct failed_call {
  call_id call{};
  /// False: no byte of it was sent.
  bool perhaps_carried_out = true;
};

/// What becomes of calls. Each that was sent comes back once, by one of the first two. On any
/// thread.
class peer_link_events {
public:
  virtual ~peer_link_events() = default;

  virtual void answered(std::vector<answered_call> batch) = 0;
  /// The peer is not connected any more.
  virtual void failed(std::vector<failed_call> calls) = 0;
  /// A peer has become reachable.
  virtual void connected() = 0;
};

/// The router's way to the other nodes. Thread-safe; no member blocks.
class peer_link {
public:
  enum class verdict : std::uint8_t {
    sent,
    /// Nothing was sent: there is no connection.
    unreachable,
    /// Nothing was sent: the peer has as many calls or bytes to work at as it may.
    full,
  };

  /// Whether a call counts for the peer's credit: those that wait for something to happen (polls,
  /// callers of RPCs) do not, as they are no work and bounded by their clients' connections.
  enum class pace : std::uint8_t { prompt, waits };

  virtual ~peer_link() = default;

  /// `encoded`: a command, by wire::encode.
  virtual verdict send(const node_ref& to, call_id call, std::string encoded, pace how) = 0;
  /// Lost together with the connection: the peer then knows that its polls are.
  virtual void report(const node_ref& to, const poll_report& what) = 0;
  /// The sink of the handles of commands that other nodes have sent here.
  [[nodiscard]] virtual const reply_sink* remote_sink() const noexcept = 0;
};

} // namespace muster
