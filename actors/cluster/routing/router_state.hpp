#pragma once

#include "actors/cluster/routing/poll_book.hpp"
#include "actors/cluster/routing/routed.hpp"
#include "actors/cluster/routing/router.hpp"
#include "actors/cluster/routing/waiting_room.hpp"

#include <atomic>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster {

/// As `routed::tried` names this node.
inline const node_ref this_node{};

/// The router behind its interface: router_sending.cpp brings commands to their owners,
/// router_outcomes.cpp deals with what becomes of them.
class router::state {
public:
  state(dependencies needs, reply_sink& sink)
      : needs_(std::move(needs)), sink_(sink), waiting_(needs_.limits) {}

  void use(peer_link& peers) { peers_ = &peers; }
  bool is_remote(const reply_handle& to) const {
    return peers_ != nullptr && to.address().sink == peers_->remote_sink();
  }
  bool is_own(const reply_handle& to) const { return to.address().sink == &sink_; }

  routed arrived(command what, reply_handle to) const {
    return make_routed(std::move(what), std::move(to), needs_.clock.now(), needs_.client_timeout);
  }
  void send(routed what);
  void refused_here(routed what);
  void retry();

  void report(const poll_report& what);
  /// What became of calls: replies are given to whoever waits, the others are sent again.
  void settle(std::vector<std::pair<std::uint64_t, reply>> replies);
  void fail(const std::vector<failed_call>& calls);
  void stop();
  router_counters counters() const;

  dependencies needs_;

private:
  void serve_here(routed&& what);
  void send_away(routed&& what, const node_ref& to);
  void keep(routed&& what);
  void send_again(std::vector<routed> back, instant now);
  /// Nothing, when the client has gone meanwhile; `what` is left as it was then.
  std::optional<std::uint64_t> put_under_way(routed& what, const node_ref& at);
  std::optional<routed> take_under_way(std::uint64_t call);

  /// Without content, so a poll is over.
  void end(routed&& what, error why);
  /// To be told that the poll's client has gone.
  std::optional<node_ref> note_reply(const command& asked, const reply& what);
  bool is_abandoned(poll_id poll) const;
  void forward(const node_ref& to, const poll_report& what);
  void end_overdue(milliseconds now);

  reply_sink& sink_;
  peer_link* peers_ = nullptr;
  mutable std::mutex lock_;
  std::unordered_map<std::uint64_t, routed> under_way_;
  poll_book polls_;
  waiting_room waiting_;
  std::uint64_t last_call_ = 0;
  bool stopped_ = false;
  milliseconds looked_for_overdue_ = 0;
  std::atomic<std::uint64_t> forwarded_ = 0;
  std::atomic<std::uint64_t> repeated_ = 0;
};

} // namespace muster
