#include "http/server/connection.hpp"
#include "http/server/logged_path.hpp"
#include "http/server/transport.hpp"

#include <algorithm>

namespace muster::http {

namespace {

constexpr std::size_t outside_budget = 64 * 1024;
/// A streamed body is passed on in pieces of this size, and reserves no more of the budget.
constexpr std::size_t piece_size = 64 * 1024;
constexpr int reads_in_a_row = 4;

} // namespace

void connection::shake_hands() {
  switch (socket_.handshake().status) {
  case io_status::done:
    transport_.counters().tls_handshakes.add();
    phase_ = phase::idle;
    break;
  case io_status::again:
    break;
  default:
    transport_.counters().tls_failures.add();
    close();
  }
}

bool connection::takes_bytes() const {
  switch (phase_) {
  case phase::idle:
  case phase::head:
    return !output_blocks();
  case phase::body:
    return !budget_waits_ && !piece_given_ && !(body_streamed_ && request_->whole());
  case phase::draining:
    return true;
  case phase::lingering:
    return !peer_ended_;
  default:
    return false;
  }
}

void connection::read() {
  // The poller says again when there is more, so others get their turn.
  for (int i = 0; i < reads_in_a_row && takes_bytes(); ++i) {
    const auto buffer = transport_.read_buffer();
    const auto got = socket_.read(buffer);
    if (got.status == io_status::again)
      return;
    if (got.status == io_status::ended)
      return on_end();
    if (got.status == io_status::failed)
      return close();
    transport_.counters().bytes_in.add(got.count);
    receive({buffer.data(), got.count});
    const bool maybe_more = socket_.secure() ? phase_ == phase::body : got.count == buffer.size();
    if (closed() || !maybe_more)
      return;
  }
}

void connection::on_end() {
  const bool between = phase_ == phase::idle || phase_ == phase::head || phase_ == phase::lingering;
  if (!between || !output_)
    return close();
  // The client has half-closed behind its last whole request: those answers still have to go out.
  drop_request();
  peer_ended_ = true;
  phase_ = phase::lingering;
}

void connection::receive(std::string_view bytes) {
  if (!pending_.empty()) {
    pending_.append(bytes);
    return consume_pending();
  }
  const auto used = process(bytes);
  if (!closed() && phase_ != phase::lingering && used < bytes.size())
    pending_.assign(bytes.substr(used));
}

void connection::consume_pending() {
  const auto used = process(pending_);
  if (closed() || phase_ == phase::lingering || used == pending_.size())
    pending_ = {};
  else
    pending_.erase(0, used);
}

std::size_t connection::process(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && takes_bytes() && phase_ != phase::lingering) {
    const auto rest = bytes.substr(used);
    const auto step =
        phase_ == phase::idle || phase_ == phase::head ? read_head(rest) : read_body(rest);
    used += step;
    if (step == 0)
      break;
  }
  if (phase_ == phase::body && !budget_waits_ && !body_streamed_)
    request_->reserve_body(request_->content_length().value_or(0));
  if (phase_ == phase::deciding || phase_ == phase::body)
    request_->keep();
  return used;
}

std::size_t connection::read_head(std::string_view bytes) {
  if (phase_ == phase::idle) {
    // Empty lines before a request are skipped, as RFC 9112 asks.
    std::size_t blank = 0;
    while (bytes.substr(blank, 2) == "\r\n")
      blank += 2;
    if (blank != 0)
      return blank;
    if (bytes == "\r")
      return 0;
    request_ = transport_.borrow_request();
    phase_ = phase::head;
  }
  switch (request_->read(bytes)) {
  case request::progress::more:
    return 0;
  case request::progress::failed:
    answer_fault(request_->fault().status, request_->fault().message);
    return bytes.size();
  default:
    break;
  }
  const auto used = request_->consumed();
  on_head();
  return used;
}

void connection::on_head() {
  serial_ = transport_.next_serial();
  answered_ = false;
  closing_ = !request_->keep_alive();
  http10_ = request_->version() < 11;
  head_only_ = request_->method() == method::head;
  body_mark_ = 0;
  if (request_->has_origin() && request_->path().starts_with("/api/"))
    origin_ = std::make_unique<std::string>(*request_->header("Origin"));
  if (transport_.shared().log_access)
    log_line_ = std::make_unique<std::string>(to_text(client()) + ' ' +
                                              std::string{request_->method_text()} + ' ' +
                                              logged_path(request_->path()));
  phase_ = phase::deciding;
  if (answer_by_itself())
    return;
  exchange view{*this};
  in_call_ = true;
  auto decision = transport_.shared().app.on_head(view);
  in_call_ = false;
  decide(std::move(decision));
}

bool connection::answer_by_itself() {
  const auto refuse = [this](response answer) {
    decide(verdict::refuse(std::move(answer)));
    return true;
  };
  if (request_->expects_other())
    return refuse(error_response(417, "the only expectation met here is 100-continue",
                                 transport_.now().wall));
  if (request_->method() != method::options)
    return false;
  if (request_->target() == "*")
    return refuse(response{200}.header("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH"));
  const auto asked = request_->header("Access-Control-Request-Method");
  if (!origin_ || !asked)
    return false;
  response allowed{200};
  allowed.header("Access-Control-Allow-Methods", *asked);
  if (const auto headers = request_->header("Access-Control-Request-Headers"))
    allowed.header("Access-Control-Allow-Headers", *headers);
  allowed.header("Access-Control-Max-Age", "1800");
  return refuse(std::move(allowed));
}

void connection::decide(verdict decision) {
  if (decision.what == verdict::kind::waiting)
    return;
  if (decision.what == verdict::kind::refused) {
    auto& answer = *decision.answer;
    if (answer.status == 405 && request_->method() == method::options) {
      // Asking what a path allows is no mistake.
      answer.status = 200;
      answer.body.clear();
      answer.content_type = {};
    }
    respond(std::move(answer));
    return;
  }
  if (request_->content_encoded())
    return respond(error_response(415, "bodies must not be encoded (Content-Encoding)",
                                  transport_.now().wall));
  if (request_->content_length().value_or(0) > decision.body_limit)
    return respond(
        error_response(413, "the body is longer than this path allows", transport_.now().wall));
  body_streamed_ = decision.what == verdict::kind::streamed;
  if (request_->whole())
    return deliver();
  begin_body(decision.body_limit);
}

void connection::begin_body(std::uint64_t limit) {
  request_->limit_body(limit);
  phase_ = phase::body;
  const auto length = request_->content_length().value_or(0);
  if (length > outside_budget || body_streamed_) {
    reserved_ = body_streamed_ ? piece_size : length;
    budget_waits_ = !transport_.shared().budget.reserve(handle(), reserved_);
  }
  if (request_->expects_continue() && !budget_waits_)
    out().bytes() += "HTTP/1.1 100 Continue\r\n\r\n";
}

void connection::budget_granted() {
  budget_waits_ = false;
  if (request_->expects_continue() && request_->body_size() == 0)
    out().bytes() += "HTTP/1.1 100 Continue\r\n\r\n";
  transport_.mark_dirty(*this);
}

void connection::reserve_growth() {
  if (request_->body_size() <= std::max(reserved_, outside_budget))
    return;
  // A chunked body tells its length at the end only: room for as much again as is there.
  const auto wanted = 2 * request_->body_size();
  const auto more = wanted - reserved_;
  reserved_ = wanted;
  budget_waits_ = !transport_.shared().budget.reserve(handle(), more);
}

bool connection::reserve_decoded(std::size_t bytes) {
  if (request_->body_size() <= outside_budget)
    return true;
  if (!transport_.shared().budget.try_reserve(handle(), bytes))
    return false;
  reserved_ += bytes;
  return true;
}

std::size_t connection::read_body(std::string_view bytes) {
  const auto progress = request_->read(bytes);
  const auto used = request_->consumed();
  if (phase_ == phase::draining) {
    if (progress == request::progress::failed || request_->body_size() > most_dropped) {
      drop_request();
      phase_ = phase::lingering;
    } else if (progress == request::progress::whole) {
      drop_request();
      phase_ = phase::idle;
      exchange_over_ = true;
    }
    return used;
  }
  switch (progress) {
  case request::progress::failed:
    answer_fault(request_->fault().status, request_->fault().message);
    return bytes.size();
  case request::progress::whole:
    body_streamed_ ? pass_body_on() : deliver();
    return used;
  default:
    body_streamed_ ? pass_body_on() : reserve_growth();
    return used;
  }
}

void connection::deliver() {
  phase_ = phase::running;
  exchange view{*this};
  in_call_ = true;
  transport_.shared().app.on_request(view);
  in_call_ = false;
  if (answered_ && !streaming_)
    return end_exchange();
  drop_request();
}

void connection::pass_body_on() {
  const bool whole = request_->whole();
  const auto size = request_->body().size();
  if (whole && size == 0)
    return deliver();
  if (size < piece_size && !whole)
    return;
  piece_given_ = true;
  exchange view{*this};
  in_call_ = true;
  transport_.shared().app.on_body(view, request_->take_body());
  in_call_ = false;
  if (answered_ && !streaming_)
    end_exchange();
}

void connection::take_more() {
  if (phase_ != phase::body || !std::exchange(piece_given_, false))
    return;
  transport_.mark_dirty(*this);
}

void connection::deliver_streamed() {
  if (phase_ == phase::body && body_streamed_ && !piece_given_ && request_->whole())
    deliver();
}

void connection::resume(verdict decision, std::unique_ptr<exchange_context> context) {
  if (phase_ != phase::deciding || resumed_ || decision.what == verdict::kind::waiting)
    return;
  if (context)
    transport_.retire(std::exchange(context_, std::move(context)));
  resumed_ = std::make_unique<verdict>(std::move(decision));
  transport_.mark_dirty(*this);
}

void connection::park(std::function<void()> on_gone) {
  if (!on_gone_)
    transport_.counters().parked.add();
  on_gone_ = std::move(on_gone);
}

} // namespace muster::http
