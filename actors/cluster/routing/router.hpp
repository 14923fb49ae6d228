#pragma once

#include "actors/cluster/links/peer_link.hpp"
#include "actors/cluster/ownership/shard_map.hpp"
#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace muster {

/// For metrics.
struct router_counters {
  /// Sent to other nodes.
  std::uint64_t forwarded = 0;
  /// Sent once more, because nothing had been carried out.
  std::uint64_t repeated = 0;
  /// Kept until the shard's owner is known and can be reached.
  std::size_t waiting = 0;
  /// Under way at another node, or polls and callers of RPCs parked at this one.
  std::size_t under_way = 0;
};

/// What may wait for an owner; beyond it commands are answered overloaded.
struct router_limits {
  std::size_t waiting = 200'000;
  /// Encoded; one that is larger is kept alone.
  std::size_t waiting_bytes = 64 * 1'024 * 1'024;
};

/// Brings each command to the node that owns the device's shard, and its reply back to whoever
/// asked: once, whatever happens on the way.
///
/// A command of which is known that nothing was carried out (its shard has no owner, its owner
/// can't be reached or says wrong_owner) is kept and sent when the owner is known, at the latest
/// every 50 ms, until its deadline; then it is answered overloaded. One whose fate is unknown, as
/// its node is gone, is answered storage_unavailable, unless it is idempotent (reads, polls). A
/// poll is parked again at the new owner until its own time is over, and then answered
/// poll_timeout; the report of what became of it goes to the owner that answered it. A caller who
/// waits for an RPC, and a device that waits for its own, follow the shard in the same way.
///
/// Thread-safe; no member blocks. The sink of the handles that it gives to the registry, so it
/// outlives the registry's actors.
class router final : public reply_sink, public peer_link_events {
public:
  struct dependencies {
    shard_map& shards;
    const clock_source& clock;
    /// This node's registry.
    std::function<void(command, reply_handle)> serve;
    std::function<void(const poll_report&)> report;
    /// The map seems to be behind: ownership::look_again. May be absent.
    std::function<void()> look_again;
    /// Commands may be sent now: whoever calls `retry` is to do so soon.
    std::function<void()> wake;
    router_limits limits = {};
    /// How long a device's own RPC waits: rpc.client_timeout.
    milliseconds client_timeout = 60'000;
  };

  explicit router(dependencies needs);
  ~router() override;

  /// The way to the others; before anything is sent.
  void use(peer_link& peers);

  void send(command what, reply_handle to);
  void report(const poll_report& what);

  /// A command that this node's registry does not take, because it does not own the shard (any
  /// more): nothing was carried out. Kept and sent on, unless another node sent it here, which is
  /// answered wrong_owner.
  void returned(command what, reply_handle to);

  /// Sends what waits and can be sent, answers what can't wait any longer. To be called when the
  /// map has changed and every 50 ms; one thread.
  void retry();

  /// Answers all that waits or is under way shutting_down, and from now on what is sent: whoever
  /// waits may be gone before this object is.
  void stop();

  [[nodiscard]] router_counters counters() const;

  /// reply_sink: of the registry's handles.
  void push(std::vector<completion> batch) noexcept override;

  void answered(std::vector<answered_call> batch) override;
  void failed(std::vector<failed_call> calls) override;
  void connected() override;

private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace muster
