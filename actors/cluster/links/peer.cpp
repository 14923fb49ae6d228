#include "actors/cluster/links/peer.hpp"

#include "actors/cluster/wire/codec.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace muster {

void peer::open(session_id session, transport& by) {
  const std::lock_guard guard(lock_);
  session_ = session;
  channel_ = channel();
  // The side that was called knows by the first packet that the other is ready.
  channel_.greet();
  pump(by);
}

peer::remains peer::close(session_id session) {
  const std::lock_guard guard(lock_);
  remains left;
  if (session_ == 0 || (session != 0 && session != session_)) {
    return left;
  }
  left.session = std::exchange(session_, 0);
  const auto unsent = channel_.unsent_requests();
  const std::set<std::uint64_t> never_left(unsent.begin(), unsent.end());
  for (const auto& [id, unused] : std::exchange(calls_, {})) {
    left.calls.push_back({call_id{id}, !never_left.contains(id)});
  }
  for (auto& [number, probe] : std::exchange(probes_, {})) {
    left.probes.push_back(std::move(probe));
  }
  channel_ = channel();
  requests_ = 0;
  bytes_ = 0;
  return left;
}

bool peer::has_room(std::size_t bytes, peer_link::pace how) const {
  if (how == peer_link::pace::waits) {
    return true;
  }
  return requests_ < limits_.requests && (bytes_ == 0 || bytes_ + bytes <= limits_.bytes);
}

peer_link::verdict peer::send(call_id call_name, std::string encoded, peer_link::pace how,
                              transport& by) {
  const std::lock_guard guard(lock_);
  if (session_ == 0) {
    return peer_link::verdict::unreachable;
  }
  if (!has_room(encoded.size(), how)) {
    ++counts_.refused;
    return peer_link::verdict::full;
  }
  const auto id = static_cast<std::uint64_t>(call_name);
  const bool prompt = how == peer_link::pace::prompt;
  calls_[id] = {prompt, prompt ? encoded.size() : 0};
  bytes_ += calls_[id].bytes;
  requests_ += prompt ? 1 : 0;
  ++counts_.requests_sent;
  channel_.queue({envelope_kind::call, id, std::move(encoded)});
  pump(by);
  return peer_link::verdict::sent;
}

bool peer::queue(std::vector<envelope> what, transport& by, session_id session) {
  const std::lock_guard guard(lock_);
  if (session_ == 0 || (session != 0 && session != session_)) {
    return false;
  }
  for (envelope& one : what) {
    if (one.kind != envelope_kind::answer) {
      one.id = ++next_number_;
    } else if (is_too_much(one)) {
      ++counts_.refused;
      one.bytes = wire::encode(reply(error{error_code::overloaded, {}}));
    }
    channel_.queue(std::move(one));
  }
  pump(by);
  return true;
}

/// The caller takes large answers more slowly than it asks for them. They are of reads, so nothing
/// is lost.
bool peer::is_too_much(const envelope& answer) const {
  const std::size_t waiting = channel_.large_bytes();
  return answer.bytes.size() > channel::max_whole && waiting != 0 &&
         waiting + answer.bytes.size() > limits_.bytes;
}

bool peer::probe(probe_of_it&& what, transport& by) {
  const std::lock_guard guard(lock_);
  if (session_ == 0) {
    return false;
  }
  const std::uint64_t number = ++next_number_;
  probes_.emplace(number, std::move(what));
  channel_.ping(number);
  pump(by);
  return true;
}

std::vector<peer::probe_of_it> peer::expired_probes(milliseconds since) {
  const std::lock_guard guard(lock_);
  std::vector<probe_of_it> over;
  // Numbers grow with time.
  while (!probes_.empty() && probes_.begin()->second.since <= since) {
    over.push_back(std::move(probes_.begin()->second));
    probes_.erase(probes_.begin());
  }
  return over;
}

peer::intake peer::receive(session_id session, std::string_view packet) {
  const std::lock_guard guard(lock_);
  intake in;
  if (session != session_) {
    in.ignored = true;
    return in;
  }
  if (!channel_.receive(packet, in.arrived)) {
    in.broken = true;
    return in;
  }
  for (const std::uint64_t number : in.arrived.pongs) {
    if (auto found = probes_.extract(number)) {
      in.answered.push_back(std::move(found.mapped()));
    }
  }
  for (const arrived_envelope& one : in.arrived.envelopes) {
    counts_.requests_received += one.kind == envelope_kind::call ? 1 : 0;
  }
  // A reply to nothing is left out: the router must not hear of a call twice.
  std::erase_if(in.arrived.envelopes, [this](const arrived_envelope& one) {
    if (one.kind != envelope_kind::answer) {
      return false;
    }
    const auto found = calls_.find(one.id);
    if (found == calls_.end()) {
      return true;
    }
    forget(found);
    return false;
  });
  return in;
}

void peer::forget(std::unordered_map<std::uint64_t, call>::iterator at) {
  bytes_ -= at->second.bytes;
  requests_ -= at->second.prompt ? 1 : 0;
  calls_.erase(at);
}

void peer::flush(transport& by) {
  const std::lock_guard guard(lock_);
  if (session_ != 0) {
    pump(by);
  }
}

/// Under the lock, so that packets leave in the order they were made.
void peer::pump(transport& by) {
  while (auto packet = channel_.next_packet()) {
    ++counts_.packets_sent;
    counts_.bytes_sent += packet->size();
    by.send(session_, std::move(*packet));
  }
}

void peer::fill(link_counters& counters) const {
  const std::lock_guard guard(lock_);
  counters.peers_connected += session_ != 0 ? 1 : 0;
  counters.requests_sent += counts_.requests_sent;
  counters.requests_received += counts_.requests_received;
  counters.packets_sent += counts_.packets_sent;
  counters.bytes_sent += counts_.bytes_sent;
  counters.refused += counts_.refused;
}

} // namespace muster
