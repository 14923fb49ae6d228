#pragma once

#include "actors/cluster/links/peer_link.hpp"
#include "actors/cluster/links/transport.hpp"
#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/time.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace muster {

/// For metrics.
struct link_counters {
  std::size_t peers_connected = 0;
  std::uint64_t requests_sent = 0;
  std::uint64_t requests_received = 0;
  /// Sent: each of up to 255 KiB, with all that had gathered.
  std::uint64_t packets_sent = 0;
  std::uint64_t bytes_sent = 0;
  /// Requests refused because the peer had enough to do.
  std::uint64_t refused = 0;
};

/// How much a peer may have to work at before more is refused, and how much of large answers may
/// wait for it; CAF would queue without an end.
struct link_limits {
  std::size_t requests = 16'384;
  /// Encoded; one that is larger is let through alone.
  std::size_t bytes = 64 * 1'024 * 1'024;
};

/// What this node has to do with the others: its own commands go out and come back, theirs come in
/// and go back, probes, news. Thread-safe; no member blocks.
class links final : public peer_link, private transport_events {
public:
  struct dependencies {
    const clock_source& clock;
    /// Where the outcomes of this node's calls go.
    peer_link_events& events;
    /// The registry's: for commands of other nodes, answered wrong_owner when it does not own the
    /// device.
    std::function<void(command, reply_handle)> serve;
    std::function<void(const poll_report&)> report;
    /// News of a peer's, as it gave them to `tell_all` or `tell`; may be absent.
    std::function<void(const node_ref& from, std::string_view news)> hear;
    link_limits limits = {};
  };

  /// Makes the transport, which tells its events to what it is given.
  using open_transport = std::function<result<std::unique_ptr<transport>>(transport_events&)>;

  static result<std::unique_ptr<links>> open(dependencies needs, const open_transport& open);
  /// Ends the transport, then fails what is under way. Handles of remote callers may live on until
  /// the registry has ended, so this object ends after it; `stop` ends the sessions earlier.
  ~links() override;

  /// To be called once nothing that peers have sent is carried out any more, all of it is answered,
  /// and nothing that comes will be. Tells them so: their calls that are under way here go to other
  /// nodes, where without a farewell nobody could say what became of them.
  void say_farewell();
  /// Waits until those that were told have ended their sessions, at most so many milliseconds.
  void await_farewell(milliseconds at_most);

  /// Ends the transport; from then on everybody is unreachable. Blocks until it has ended.
  void stop();

  /// Who the others are. Whoever is left out is dropped at once, its calls fail.
  void set_peers(const std::vector<peer_address>& peers);

  verdict send(const node_ref& to, call_id call, std::string encoded, pace how) override;
  void report(const node_ref& to, const poll_report& what) override;
  [[nodiscard]] const reply_sink* remote_sink() const noexcept override;

  /// Asks the peer's gateway whether it is there; `answered` is called once, on any thread: false
  /// without a connection, or after a second.
  void probe(const node_ref& peer, std::function<void(bool alive)> answered);

  /// To all peers that are connected; at most 64 KiB. A hint: whoever is not connected misses it.
  void tell_all(const std::string& news);
  /// The same to one peer, and of any size up to some MiB. False: it is not connected.
  bool tell(const node_ref& to, std::string news);

  /// Ends probes whose time is over; every 100 ms or so.
  void tick();

  [[nodiscard]] link_counters counters() const;

private:
  class state;

  explicit links(dependencies needs);

  void opened(session_id session, const node_ref& peer) override;
  void received(session_id session, std::string packet) override;
  void closed(session_id session) override;

  std::unique_ptr<state> state_;
};

} // namespace muster
