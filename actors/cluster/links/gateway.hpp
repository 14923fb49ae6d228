#pragma once

#include "actors/cluster/links/caf_transport.hpp"
#include "actors/cluster/links/gateway_interface.hpp"
#include "actors/cluster/links/gateway_sessions.hpp"

#include <caf/io/middleman_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <set>
#include <string>
#include <tuple>

namespace muster {

/// Makes sessions of CAF's connections.
class gateway final : public gateway_actor::base {
public:
  gateway(caf::actor_config& config, const caf_transport_options& options,
          gateway_sessions& sessions, transport_events& events, caf::io::middleman_actor network);

  const char* name() const override { return "gateway"; }

  void on_exit() override;

protected:
  behavior_type make_behavior() override;

private:
  /// A handshake or a session with a peer's gateway.
  struct contact {
    node_ref peer;
    gateway_actor to;
    session_id theirs = 0;
    bool open = false;
  };
  using contact_map = std::map<session_id, contact>;
  using welcome = std::tuple<std::string, std::string, std::uint64_t, session_id>;

  welcome accept(const std::string& cluster, std::uint16_t version, const node_ref& from,
                 session_id theirs);
  std::string refusal(const std::string& cluster, std::uint16_t version,
                      const node_ref& from) const;
  void dial(const peer_address& peer);
  void greet(const peer_address& peer, const gateway_actor& to);
  void welcomed(const peer_address& peer, session_id session, const welcome& said);
  void failed(const node_ref& peer, const std::string& why);
  void open(contact_map::iterator at);
  void take_packet(session_id session, std::string&& packet);
  void end(contact_map::iterator at);
  void end_all_of(const node_ref& peer);

  const caf_transport_options options_;
  gateway_sessions& sessions_;
  transport_events& events_;
  caf::io::middleman_actor network_;
  contact_map contacts_;
  std::set<node_ref> dialing_;
  /// Why a peer can't be had, as was logged last.
  std::map<node_ref, std::string> reasons_;
  session_id last_session_ = 0;
};

} // namespace muster
