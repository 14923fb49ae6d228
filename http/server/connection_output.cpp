#include "http/server/connection.hpp"
#include "http/server/transport.hpp"

#include <spdlog/spdlog.h>

#include <charconv>

namespace muster::http {

namespace {

/// Bodies up to this size are copied behind their head: cheaper than a second part of the write.
constexpr std::size_t copied_body = 4 * 1024;

} // namespace

output& connection::out() {
  if (!output_)
    output_ = transport_.borrow_output();
  return *output_;
}

bool connection::must_close(const response& answer) const {
  if (closing_ || answer.close || transport_.shared().stopping.load(std::memory_order_relaxed))
    return true;
  if (!request_ || request_->whole())
    return false;
  // The rest of the body would have to be read and dropped; a client that waits for `100 Continue`
  // may send it or not, so that nobody could tell where its next request starts. And of chunks
  // nobody can tell how many are to come.
  return request_->expects_continue() || request_->chunked() ||
         request_->content_length().value_or(0) > most_dropped;
}

void connection::respond(response answer) {
  if (answered_) {
    if (answer.on_written)
      answer.on_written(false);
    return;
  }
  answered_ = true;
  closing_ = must_close(answer);
  render(answer);
  if (!in_call_ && !streaming_)
    end_exchange();
  transport_.mark_dirty(*this);
}

void connection::render(response& answer) {
  const bool streamed = answer.source != nullptr;
  const bool endless = streamed && !answer.source_length;
  const std::string_view body = answer.body.empty() ? answer.static_body : answer.body;
  const head_facts facts{
      .version = http10_ ? 10 : 11,
      .close = closing_ |= endless && http10_,
      .chunked = endless && !http10_,
      .origin = origin_ ? std::string_view{*origin_} : std::string_view{},
  };
  auto& to = out();
  const auto length = streamed ? answer.source_length : std::optional<std::uint64_t>{body.size()};
  transport_.heads().write(to.bytes(), answer, facts, length, transport_.now().wall);
  transport_.counters().responses[static_cast<std::size_t>(answer.status / 100 - 1) % 5].add();
  if (log_line_)
    spdlog::info("{} {}", *log_line_, answer.status);
  if (streamed && !head_only_)
    start_stream(answer);
  else if (!head_only_ && body.size() <= copied_body)
    to.bytes() += body;
  else if (!head_only_ && answer.body.empty())
    to.attach(answer.static_body);
  else if (!head_only_)
    to.attach(std::move(answer.body));
  if (answer.on_written && !streaming_)
    to.report_when_sent(std::move(answer.on_written));
}

void connection::start_stream(response& answer) {
  source_ = std::move(answer.source);
  stream_written_ = std::move(answer.on_written);
  streaming_ = first_piece_ = true;
  stream_chunked_ = !http10_ && !answer.source_length;
  source_left_ = answer.source_length;
}

bool connection::keeps_length(const body_piece& piece) {
  if (!source_left_)
    return true;
  const auto size = piece.bytes.size();
  if (piece.what == body_piece::kind::last ? size != *source_left_ : size > *source_left_) {
    spdlog::error("http: an answer's body has another length than its head says");
    return false;
  }
  *source_left_ -= size;
  return true;
}

void connection::feed(body_piece piece) {
  if (!streaming_ || !std::exchange(piece_asked_, false))
    return;
  if (piece.what == body_piece::kind::failed || !keeps_length(piece)) {
    // Where the end of the connection would end the body, only a reset tells that it is not whole.
    if (!stream_chunked_)
      socket_.reset_on_close();
    return close();
  }
  auto& to = out();
  const bool last = piece.what == body_piece::kind::last;
  if (stream_chunked_ && !piece.bytes.empty()) {
    char size[20];
    const auto end = std::to_chars(size, size + sizeof size, piece.bytes.size(), 16).ptr;
    // A chunk's end is sent with the next chunk's start, so that its bytes need not be copied.
    to.bytes().append(first_piece_ ? "" : "\r\n").append(size, end).append("\r\n");
    first_piece_ = false;
  }
  if (last && stream_chunked_)
    piece.bytes.append(first_piece_ ? "0\r\n\r\n" : "\r\n0\r\n\r\n");
  to.attach(std::move(piece.bytes));
  if (last) {
    streaming_ = false;
    source_.reset();
    if (stream_written_)
      to.report_when_sent(std::exchange(stream_written_, nullptr));
    end_exchange();
  }
  transport_.mark_dirty(*this);
}

void connection::answer_fault(int status, std::string_view message) {
  closing_ = true;
  if (serial_ == 0) {
    // No exchange has begun: the head itself is broken or late.
    head_only_ = http10_ = false;
    answered_ = true;
  }
  auto answer = error_response(status, message, transport_.now().wall);
  answered_ = true;
  render(answer);
  end_exchange();
}

void connection::end_exchange() {
  if (on_gone_) {
    on_gone_ = nullptr;
    transport_.counters().parked.subtract();
  }
  if (reserved_ != 0 || budget_waits_) {
    transport_.shared().budget.release(handle());
    reserved_ = 0;
    budget_waits_ = false;
  }
  body_streamed_ = piece_given_ = false;
  serial_ = 0;
  transport_.retire(std::move(context_));
  origin_.reset();
  log_line_.reset();
  exchange_over_ = true;
  if (closing_) {
    drop_request();
    phase_ = phase::lingering;
  } else if (request_ && !request_->whole()) {
    request_->drop_body();
    request_->limit_body(std::numeric_limits<std::uint64_t>::max());
    body_mark_ = request_->body_size();
    phase_ = phase::draining;
  } else {
    drop_request();
    phase_ = phase::idle;
  }
}

void connection::drop_request() {
  if (request_)
    transport_.give_back(std::move(request_));
}

void connection::flush() {
  while (output_ && !output_->empty()) {
    const auto wrote = socket_.write(output_->first(), output_->second());
    if (wrote.status == io_status::again)
      return;
    if (wrote.status != io_status::done)
      return close();
    progress_ = true;
    transport_.counters().bytes_out.add(wrote.count);
    output_->sent(wrote.count);
  }
  after_flush();
}

void connection::after_flush() {
  if (streaming_) {
    if (!std::exchange(piece_asked_, true))
      source_->next(handle());
    return;
  }
  if (output_)
    transport_.give_back(std::move(output_));
  if (phase_ != phase::lingering || std::exchange(output_ended_, true))
    return;
  if (peer_ended_)
    return close();
  socket_.end_output();
}

} // namespace muster::http
