#include "actors/cluster/links/links.hpp"

#include "actors/cluster/links/peer.hpp"
#include "actors/cluster/links/remote_callers.hpp"
#include "actors/cluster/wire/codec.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

namespace muster {

namespace {

/// A probe that is not answered in this time has failed.
constexpr milliseconds probe_time = 1'000;

using peer_ptr = std::shared_ptr<peer>;

} // namespace

class links::state {
public:
  explicit state(dependencies needs)
      : needs_(std::move(needs)),
        callers_({needs_.serve, needs_.report,
                  [this](session_id session, std::vector<outgoing_reply> replies) {
                    send_back(session, std::move(replies));
                  }}) {}

  peer_ptr find(const node_ref& node) const {
    const std::shared_lock guard(lock_);
    const auto found = peers_.find(node);
    return found != peers_.end() ? found->second : nullptr;
  }

  peer_ptr find(session_id session) const {
    const std::shared_lock guard(lock_);
    const auto found = sessions_.find(session);
    return found != sessions_.end() ? found->second : nullptr;
  }

  std::vector<peer_ptr> all() const {
    const std::shared_lock guard(lock_);
    std::vector<peer_ptr> peers;
    for (const auto& [node, one] : peers_) {
      peers.push_back(one);
    }
    return peers;
  }

  void set_peers(const std::vector<peer_address>& wanted);
  void open(session_id session, const node_ref& node);
  void receive(session_id session, const std::string& packet);
  /// Fails what the peer had under way; `drop`: the transport does not know of it yet; `told`: it
  /// has said that it did nothing of that.
  void end(const peer_ptr& one, session_id session, bool drop, bool told = false);
  void say_farewell();
  void await_farewell(milliseconds at_most);
  void stop();

  dependencies needs_;
  remote_callers callers_;
  std::unique_ptr<transport> transport_;

private:
  bool enter(session_id session, const node_ref& node);
  void send_back(session_id session, std::vector<outgoing_reply> replies);
  void take(session_id session, const peer& from, const arrivals& arrived);

  mutable std::shared_mutex lock_;
  std::condition_variable_any session_ended_;
  /// Of peers that were told farewell.
  std::set<session_id> leaving_;
  std::map<node_ref, peer_ptr> peers_;
  std::unordered_map<session_id, peer_ptr> sessions_;
};

void links::state::set_peers(const std::vector<peer_address>& wanted) {
  std::vector<peer_ptr> gone;
  {
    const std::lock_guard guard(lock_);
    std::map<node_ref, peer_ptr> now;
    for (const peer_address& one : wanted) {
      auto known = peers_.extract(one.node);
      now[one.node] =
          known ? std::move(known.mapped()) : std::make_shared<peer>(one.node, needs_.limits);
    }
    for (auto& [node, one] : std::exchange(peers_, std::move(now))) {
      gone.push_back(std::move(one));
    }
  }
  transport_->want(wanted);
  for (const peer_ptr& one : gone) {
    end(one, 0, true);
  }
}

void links::state::open(session_id session, const node_ref& node) {
  if (const peer_ptr known = find(node)) {
    end(known, 0, true);
  }
  callers_.opened(session);
  if (!enter(session, node)) {
    callers_.closed(session);
    return transport_->drop(session);
  }
  spdlog::info("node {} is connected", persistence::to_text(node));
  needs_.events.connected();
}

/// False: the node is wanted no more. Looked up and entered in one step, since `set_peers` ends the
/// sessions of those that it leaves out.
bool links::state::enter(session_id session, const node_ref& node) {
  const std::lock_guard guard(lock_);
  const auto found = peers_.find(node);
  if (found == peers_.end()) {
    return false;
  }
  sessions_[session] = found->second;
  found->second->open(session, *transport_);
  return true;
}

void links::state::end(const peer_ptr& one, session_id session, bool drop, bool told) {
  peer::remains left = one->close(session);
  if (left.session == 0) {
    return;
  }
  {
    const std::lock_guard guard(lock_);
    sessions_.erase(left.session);
    leaving_.erase(left.session);
  }
  session_ended_.notify_all();
  if (drop) {
    transport_->drop(left.session);
  }
  spdlog::info("node {} is not connected any more", persistence::to_text(one->node()));
  callers_.closed(left.session);
  for (const auto& probe : left.probes) {
    probe.answered(false);
  }
  if (told) {
    for (failed_call& call : left.calls) {
      call.perhaps_carried_out = false;
    }
  }
  if (!left.calls.empty()) {
    needs_.events.failed(std::move(left.calls));
  }
}

void links::state::receive(session_id session, const std::string& packet) {
  const peer_ptr from = find(session);
  if (from == nullptr) {
    return;
  }
  const peer::intake in = from->receive(session, packet);
  if (in.ignored) {
    return;
  }
  if (in.broken) {
    spdlog::error("node {} sent what can't be read", persistence::to_text(from->node()));
    return end(from, session, true);
  }
  for (const auto& probe : in.answered) {
    probe.answered(true);
  }
  take(session, *from, in.arrived);
  const auto& envelopes = in.arrived.envelopes;
  if (std::any_of(envelopes.begin(), envelopes.end(),
                  [](const auto& one) { return one.kind == envelope_kind::farewell; })) {
    return end(from, session, true, true);
  }
  from->flush(*transport_);
}

void links::state::take(session_id session, const peer& from, const arrivals& arrived) {
  const instant now = needs_.clock.now();
  std::vector<answered_call> answers;
  for (const arrived_envelope& one : arrived.envelopes) {
    switch (one.kind) {
    case envelope_kind::call:
      callers_.call(session, one.id, one.bytes, now);
      break;
    case envelope_kind::answer: {
      auto what = wire::decode_reply(one.bytes);
      answers.push_back(
          {call_id{one.id},
           what ? std::move(*what) : reply(error{error_code::internal, what.error().message})});
      break;
    }
    case envelope_kind::report:
      callers_.report(session, one.bytes);
      break;
    case envelope_kind::news:
      if (needs_.hear) {
        needs_.hear(from.node(), one.bytes);
      }
      break;
    case envelope_kind::farewell:
      break;
    }
  }
  if (!answers.empty()) {
    needs_.events.answered(std::move(answers));
  }
}

void links::state::send_back(session_id session, std::vector<outgoing_reply> replies) {
  const peer_ptr to = find(session);
  if (to == nullptr) {
    return;
  }
  std::vector<envelope> envelopes;
  envelopes.reserve(replies.size());
  for (outgoing_reply& one : replies) {
    envelopes.push_back({envelope_kind::answer, one.call, std::move(one.bytes)});
  }
  to->queue(std::move(envelopes), *transport_, session);
}

void links::state::say_farewell() {
  std::vector<std::pair<session_id, peer_ptr>> told;
  {
    const std::lock_guard guard(lock_);
    for (const auto& [session, one] : sessions_) {
      leaving_.insert(session);
      told.emplace_back(session, one);
    }
  }
  for (const auto& [session, one] : told) {
    std::vector<envelope> envelopes;
    envelopes.push_back({envelope_kind::farewell, 0, {}});
    one->queue(std::move(envelopes), *transport_, session);
  }
}

void links::state::await_farewell(milliseconds at_most) {
  std::unique_lock guard(lock_);
  session_ended_.wait_for(guard, std::chrono::milliseconds(at_most),
                          [this] { return leaving_.empty(); });
}

void links::state::stop() {
  // Nothing is told by it after this.
  transport_->close();
  for (const peer_ptr& one : all()) {
    end(one, 0, false);
  }
}

links::links(dependencies needs) : state_(std::make_unique<state>(std::move(needs))) {}

result<std::unique_ptr<links>> links::open(dependencies needs, const open_transport& open) {
  std::unique_ptr<links> made(new links(std::move(needs)));
  auto way = open(*made);
  if (!way) {
    return tl::unexpected(way.error());
  }
  // It has nothing to tell before it is told whom to connect to.
  made->state_->transport_ = std::move(*way);
  return made;
}

links::~links() {
  if (state_->transport_ != nullptr) {
    stop();
  }
}

void links::say_farewell() {
  state_->say_farewell();
}

void links::await_farewell(milliseconds at_most) {
  state_->await_farewell(at_most);
}

void links::stop() {
  state_->stop();
}

void links::set_peers(const std::vector<peer_address>& peers) {
  state_->set_peers(peers);
}

links::verdict links::send(const node_ref& to, call_id call, std::string encoded, pace how) {
  const peer_ptr found = state_->find(to);
  return found != nullptr ? found->send(call, std::move(encoded), how, *state_->transport_)
                          : verdict::unreachable;
}

void links::report(const node_ref& to, const poll_report& what) {
  if (const peer_ptr found = state_->find(to)) {
    std::vector<envelope> one;
    one.push_back({envelope_kind::report, 0, wire::encode(what)});
    found->queue(std::move(one), *state_->transport_);
  }
}

void links::probe(const node_ref& peer_node, std::function<void(bool)> answered) {
  const peer_ptr found = state_->find(peer_node);
  const milliseconds now = state_->needs_.clock.now().steady;
  if (found == nullptr || !found->probe({answered, now}, *state_->transport_)) {
    answered(false);
  }
}

void links::tell_all(const std::string& news) {
  for (const peer_ptr& one : state_->all()) {
    std::vector<envelope> envelopes;
    envelopes.push_back({envelope_kind::news, 0, news});
    one->queue(std::move(envelopes), *state_->transport_);
  }
}

bool links::tell(const node_ref& to, std::string news) {
  const peer_ptr found = state_->find(to);
  std::vector<envelope> envelopes;
  envelopes.push_back({envelope_kind::news, 0, std::move(news)});
  return found != nullptr && found->queue(std::move(envelopes), *state_->transport_);
}

void links::tick() {
  const milliseconds since = state_->needs_.clock.now().steady - probe_time;
  for (const peer_ptr& one : state_->all()) {
    for (const auto& probe : one->expired_probes(since)) {
      probe.answered(false);
    }
  }
}

const reply_sink* links::remote_sink() const noexcept {
  return &state_->callers_;
}

link_counters links::counters() const {
  link_counters sum;
  for (const peer_ptr& one : state_->all()) {
    one->fill(sum);
  }
  return sum;
}

void links::opened(session_id session, const node_ref& peer) {
  state_->open(session, peer);
}

void links::received(session_id session, std::string packet) {
  state_->receive(session, packet);
}

void links::closed(session_id session) {
  if (const peer_ptr found = state_->find(session)) {
    state_->end(found, session, false);
  }
}

} // namespace muster
