#include "http/server/connection.hpp"

#include "http/server/transport.hpp"

namespace muster::http {

connection::connection(transport& owner, socket accepted, const address_bytes& peer,
                       std::uint32_t generation)
    : transport_{owner}, socket_{std::move(accepted)}, peer_{peer}, generation_{generation},
      phase_{socket_.secure() ? phase::handshake : phase::idle}, interest_{on_read} {}

connection::~connection() {
  deadlines::clear(*this);
}

exchange_handle connection::handle() const {
  return {transport_, static_cast<std::uint32_t>(descriptor()), serial_};
}

bool connection::quiet() const {
  return phase_ == phase::closed ||
         ((phase_ == phase::idle || phase_ == phase::handshake || phase_ == phase::lingering) &&
          !output_);
}

address_bytes connection::client() const {
  const auto& proxies = transport_.shared().proxies;
  if (proxies.empty() || !proxies.contains(peer_))
    return peer_;
  return proxies.client(peer_, request_->header("X-Forwarded-For").value_or(""));
}

bool connection::secure() const {
  const auto& proxies = transport_.shared().proxies;
  if (proxies.empty() || !proxies.contains(peer_))
    return socket_.secure();
  const auto scheme = request_->header("X-Forwarded-Proto");
  return scheme ? *scheme == "https" : socket_.secure();
}

std::string_view connection::host() const {
  const auto& proxies = transport_.shared().proxies;
  if (!proxies.empty() && proxies.contains(peer_)) {
    if (const auto told = request_->header("X-Forwarded-Host"))
      return *told;
  }
  return request_->header("Host").value_or("");
}

void connection::on_ready(readiness what) {
  // Both directions are over: reset, or ended by both sides.
  if (what.hung_up && phase_ != phase::lingering)
    return close();
  // What happens below is settled below, not once more at the end of the turn.
  dirty_ = true;
  if (phase_ == phase::handshake)
    shake_hands();
  if (what.writable)
    flush();
  if (closed())
    return;
  if (on_gone_) {
    if (socket_.peer_gone())
      return close();
    // Bytes that came early are of no use before the answer; only the end matters.
    interest_ = on_peer_end;
    transport_.watch(*this, interest_);
    dirty_ = false;
    return;
  }
  if (takes_bytes())
    read();
  else if (what.readable && (interest_ & on_read) != 0) {
    interest_ = static_cast<std::uint8_t>(interest_ & ~on_read);
    transport_.watch(*this, interest_);
  } else if (!what.writable && socket_.peer_gone()) {
    // An error of the socket alone, which the poller does not name.
    return close();
  }
  dirty_ = false;
  settle();
}

void connection::settle() {
  if (closed())
    return;
  // An answer given at once lets the next request begin, so this goes round while there is
  // progress.
  for (;;) {
    if (resumed_)
      decide(std::move(*std::exchange(resumed_, nullptr)));
    deliver_streamed();
    flush();
    if (closed() || pending_.empty() || !takes_bytes())
      break;
    const auto before = pending_.size();
    consume_pending();
    if (closed())
      return;
    if (pending_.size() == before)
      break;
  }
  if (closed())
    return;
  watch();
  arm();
}

void connection::watch() {
  auto wanted = interest_;
  if (on_gone_)
    wanted = static_cast<std::uint8_t>(wanted | on_peer_end);
  else
    wanted = static_cast<std::uint8_t>(wanted & ~on_peer_end);
  // Reading is switched off by the first unwanted event only: most answers are quicker than that.
  if (takes_bytes() || phase_ == phase::handshake)
    wanted = static_cast<std::uint8_t>(wanted | on_read);
  wanted = static_cast<std::uint8_t>(output_ ? wanted | on_write : wanted & ~on_write);
  if (wanted == interest_)
    return;
  interest_ = wanted;
  transport_.watch(*this, interest_);
}

void connection::arm() {
  const bool over = std::exchange(exchange_over_, false);
  const bool progress = std::exchange(progress_, false);
  if (const bool busy = !quiet(); busy != busy_) {
    busy_ = busy;
    busy ? transport_.counters().busy.add() : transport_.counters().busy.subtract();
  }
  auto wanted = wait_kind::none;
  bool afresh = over;
  if (output_ && !(streaming_ && output_->empty())) {
    wanted = wait_kind::write;
    afresh = progress;
  } else if (phase_ == phase::handshake) {
    wanted = wait_kind::handshake;
  } else if (phase_ == phase::idle) {
    wanted = wait_kind::idle;
  } else if (phase_ == phase::head) {
    wanted = wait_kind::head;
  } else if ((phase_ == phase::body && !budget_waits_ && !piece_given_) ||
             phase_ == phase::draining) {
    wanted = wait_kind::body;
    constexpr std::uint64_t enough_progress = 64 * 1024;
    if (request_->body_size() - body_mark_ >= enough_progress) {
      body_mark_ = request_->body_size();
      afresh = true;
    }
  } else if (phase_ == phase::lingering) {
    wanted = wait_kind::linger;
  }
  if (wanted == wait_kind::none)
    deadlines::clear(*this);
  else if (wanted != kind || afresh) {
    transport_.waits().set(*this, wanted, transport_.now().steady);
    if (wanted == wait_kind::write)
      output_->note_held(socket_.held());
  }
}

void connection::on_late(wait_kind what) {
  kind = wait_kind::none;
  if (what == wait_kind::head)
    answer_fault(408, "the request's head took too long");
  else if (what == wait_kind::body && phase_ == phase::body)
    answer_fault(408, "the request's body took too long");
  else if (what != wait_kind::write || socket_.held() >= output_->held()) {
    // What the kernel holds for a client that takes nothing is let go too.
    if (what == wait_kind::write)
      socket_.reset_on_close();
    return close();
  }
  settle();
}

void connection::close() {
  if (closed())
    return;
  const bool was_running = serial_ != 0;
  const auto gone = std::exchange(on_gone_, nullptr);
  if (gone)
    transport_.counters().parked.subtract();
  phase_ = phase::closed;
  deadlines::clear(*this);
  if (busy_)
    transport_.counters().busy.subtract();
  if (reserved_ != 0 || budget_waits_)
    transport_.shared().budget.release(handle());
  if (was_running)
    serial_ = 0;
  pending_ = {};
  transport_.remove(*this);
  // From here on whoever is told finds the exchange over.
  if (gone)
    gone();
  if (output_)
    output_->abandon();
  if (const auto report = std::exchange(stream_written_, nullptr))
    report(false);
}

} // namespace muster::http
