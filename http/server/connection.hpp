#pragma once

#include "http/server/deadlines.hpp"
#include "http/server/exchange.hpp"
#include "http/server/head_writer.hpp"
#include "http/server/output.hpp"
#include "http/server/request.hpp"
#include "http/server/socket.hpp"
#include "http/server/trusted_proxies.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace muster::http {

class transport;

/// What the kernel has said about a connection.
struct readiness {
  bool readable = false;
  bool writable = false;
  bool hung_up = false;
};

/// One connection and the exchange that runs on it, if any: requests are carried out one after the
/// other. Owned by its transport, used on that one's thread only.
///
/// Small while nothing is going on: parser and output are borrowed from the transport, and a parked
/// exchange keeps neither.
///
///   handshake -> idle -> head -> (deciding) -> body -> running -> idle ...
///                          any of them -> draining -> idle, or -> lingering -> closed
class connection : public deadline_hook {
public:
  /// Bytes of a body nobody wants that are read, so that the next request can be.
  static constexpr std::size_t most_dropped = std::size_t{64} * 1024;

  connection(transport& owner, socket accepted, const address_bytes& peer,
             std::uint32_t generation);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void on_ready(readiness what);
  /// The wait of this kind has taken too long.
  void on_late(wait_kind what);
  /// Carries on after something was changed from outside: sends, decides, reads what is at hand.
  void settle();
  /// Ends the connection now. Whoever waits for it is told.
  void close();

  [[nodiscard]] int descriptor() const { return socket_.descriptor(); }
  [[nodiscard]] std::uint32_t generation() const { return generation_; }
  [[nodiscard]] bool closed() const { return phase_ == phase::closed; }
  /// Between two requests, of which no byte has been read.
  [[nodiscard]] bool idle() const { return phase_ == phase::idle && quiet(); }
  /// Nothing runs and nothing waits to be sent.
  [[nodiscard]] bool quiet() const;

  // The exchange, for handles: `serial` names it, 0 none.
  [[nodiscard]] std::uint64_t serial() const { return serial_; }
  [[nodiscard]] bool answered() const { return answered_; }
  [[nodiscard]] exchange_handle handle() const;
  [[nodiscard]] std::unique_ptr<exchange_context>& context() { return context_; }
  void respond(response answer);
  void park(std::function<void()> on_gone);
  void resume(verdict decision, std::unique_ptr<exchange_context> context);
  void feed(body_piece piece);
  void take_more();
  void budget_granted();

  // The request, for `exchange`; only while the application is called.
  [[nodiscard]] request& current() const { return *request_; }
  [[nodiscard]] transport& owner() const { return transport_; }
  [[nodiscard]] bool reserve_decoded(std::size_t bytes);
  [[nodiscard]] address_bytes client() const;
  [[nodiscard]] bool secure() const;
  [[nodiscard]] std::optional<peer_certificate> client_certificate() const {
    return socket_.certificate();
  }
  [[nodiscard]] std::string_view host() const;

private:
  enum class phase : std::uint8_t {
    handshake, ///< TLS is being agreed on.
    idle,      ///< Between two requests.
    head,      ///< A head is coming in.
    deciding,  ///< The application has not decided on the head yet.
    body,      ///< A body is coming in.
    running,   ///< The application has the whole request.
    draining,  ///< Answered early: the rest of the body is read and dropped.
    lingering, ///< The last answer is given: what still comes is dropped until the client closes.
    closed
  };

  // Bytes in (connection_input.cpp).
  void shake_hands();
  void read();
  void receive(std::string_view bytes);
  void consume_pending();
  std::size_t process(std::string_view bytes);
  std::size_t read_head(std::string_view bytes);
  std::size_t read_body(std::string_view bytes);
  void on_head();
  bool answer_by_itself();
  void decide(verdict decision);
  void begin_body(std::uint64_t limit);
  void reserve_growth();
  void deliver();
  void pass_body_on();
  void deliver_streamed();
  void on_end();
  [[nodiscard]] bool takes_bytes() const;
  [[nodiscard]] bool output_blocks() const { return output_ && output_->full(); }

  // Answers out (connection_output.cpp).
  void render(response& answer);
  void answer_fault(int status, std::string_view message);
  void start_stream(response& answer);
  void end_exchange();
  [[nodiscard]] bool keeps_length(const body_piece& piece);
  void drop_request();
  void flush();
  void after_flush();
  output& out();
  [[nodiscard]] bool must_close(const response& answer) const;

  // Both (connection.cpp).
  void arm();
  void watch();

  transport& transport_;
  socket socket_;
  address_bytes peer_;
  std::uint32_t generation_;
  phase phase_;
  /// The interest registered with the poller, as bits of Polling::NotifyOn.
  std::uint8_t interest_;
  bool dirty_ = false;
  bool in_call_ = false;
  bool answered_ = false;
  bool closing_ = false;
  bool head_only_ = false;
  bool http10_ = false;
  bool budget_waits_ = false;
  bool streaming_ = false;
  /// The application takes the body piece by piece; and it still has one to deal with.
  bool body_streamed_ = false;
  bool piece_given_ = false;
  bool stream_chunked_ = false;
  bool piece_asked_ = false;
  bool first_piece_ = false;
  bool output_ended_ = false;
  bool peer_ended_ = false;
  bool progress_ = false;
  bool busy_ = false;
  bool exchange_over_ = false;
  std::uint64_t serial_ = 0;
  /// Where the body was when its deadline was last set.
  std::uint64_t body_mark_ = 0;
  std::size_t reserved_ = 0;
  std::string pending_;
  /// What a streamed answer of known length still has to bring.
  std::optional<std::uint64_t> source_left_;
  std::unique_ptr<request> request_;
  std::unique_ptr<output> output_;
  std::unique_ptr<exchange_context> context_;
  std::unique_ptr<verdict> resumed_;
  std::unique_ptr<body_source> source_;
  std::unique_ptr<std::string> origin_;
  /// The line of the access log as far as it is known at the head; null when the log is off.
  std::unique_ptr<std::string> log_line_;
  std::function<void()> on_gone_;
  /// Report on a streamed answer.
  std::function<void(bool)> stream_written_;

  friend class transport;
};

} // namespace muster::http
