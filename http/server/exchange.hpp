#pragma once

#include "http/server/response.hpp"
#include "http/server/trusted_proxies.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http {

class reactor;
class connection;
class exchange;

enum class method : std::uint8_t { get, head, post, put, remove, options, patch, other };

/// What the application keeps with an exchange between `on_head`, `on_request` and the answer.
/// Owned by the connection, destroyed on the reactor's thread at the end of the turn in which the
/// exchange is over, so that its own member functions may give the answer.
class exchange_context {
public:
  virtual ~exchange_context() = default;
};

/// What the application says once it has seen a head.
class verdict {
public:
  enum class kind : std::uint8_t { accepted, streamed, refused, waiting };

  /// Read the body, at most `body_limit` bytes (more is answered 413), then call `on_request`.
  [[nodiscard]] static verdict accept(std::uint64_t body_limit = 0);
  /// Read the body piece by piece: `on_body` for each, the next once `take_more` has said so, then
  /// `on_request`. For bodies that must not lie in memory.
  [[nodiscard]] static verdict stream(std::uint64_t body_limit);
  /// Answer at once. A body of up to 64 KiB is read and dropped; after a longer one, or one in
  /// chunks, the connection closes.
  [[nodiscard]] static verdict refuse(response answer);
  /// The answer is not known yet: nothing more is read until `exchange_handle::resume`.
  [[nodiscard]] static verdict wait();

  kind what = kind::accepted;
  std::uint64_t body_limit = 0;
  /// The answer of a refusal, else null.
  std::unique_ptr<response> answer;
};

/// One piece of a streamed answer.
struct body_piece {
  enum class kind : std::uint8_t {
    data,  ///< `bytes` follow; more will be asked for.
    last,  ///< `bytes` (may be empty) end the body well.
    failed ///< The body can't be finished: the connection ends without the last chunk.
  };
  kind what = kind::data;
  std::string bytes;
};

/// Names one exchange from any thread; small, copied freely. It never reaches another exchange:
/// once its own is over, whatever it is given is dropped. Must not outlive the server.
class exchange_handle {
public:
  exchange_handle() = default;
  exchange_handle(reactor& owner, std::uint32_t slot, std::uint64_t serial)
      : owner_{&owner}, slot_{slot}, serial_{serial} {}

  /// False for a default-made handle only.
  explicit operator bool() const { return owner_ != nullptr; }
  auto operator<=>(const exchange_handle&) const = default;

  /// The reactor whose thread serves the exchange.
  [[nodiscard]] reactor& owner() const { return *owner_; }

  /// Whether the exchange still waits for its answer. Reactor's thread only.
  [[nodiscard]] bool alive() const;
  /// The exchange's context, for rendering a late answer; null when the exchange is over. Reactor's
  /// thread only.
  [[nodiscard]] exchange_context* context() const;
  /// The exchange's place in its reactor, and its serial number there, as plain numbers.
  [[nodiscard]] std::uint32_t slot() const { return slot_; }
  [[nodiscard]] std::uint64_t serial() const { return serial_; }
  /// Gives the answer; false (and `on_written(false)` called) when the exchange is over or
  /// answered. Reactor's thread only. Bytes leave when the running posted work or event ends, in
  /// one send.
  bool respond(response answer) const;
  /// Goes on after `verdict::wait()`. From any thread. `context`, when not null, replaces the
  /// exchange's.
  void resume(verdict decision, std::unique_ptr<exchange_context> context = nullptr) const;
  /// The piece of the body that `on_body` was given is dealt with: go on reading. From any thread.
  void take_more() const;
  /// Hands over the piece that `body_source::next` was asked for. From any thread.
  void feed(body_piece piece) const;

private:
  reactor* owner_ = nullptr;
  std::uint32_t slot_ = 0;
  std::uint64_t serial_ = 0;
};

/// The body of a streamed answer: pulled, so that a slow client holds its maker back.
/// Owned by the connection; destroyed on the reactor's thread, also in the middle.
class body_source {
public:
  virtual ~body_source() = default;
  /// Asks for one more piece, on the reactor's thread. Leads to one `to.feed(...)`, at once or
  /// later, from any thread. The source may be destroyed before that.
  virtual void next(exchange_handle to) = 0;
};

/// A certificate that a TLS client has sent and shown to hold the key of. Nobody has vouched for
/// what it says.
struct peer_certificate {
  /// Its bytes in DER.
  std::string der;
  /// From when and until when it says to be valid.
  timestamp not_before = 0;
  timestamp not_after = 0;
};

/// A request and the way to answer it, as the application sees it inside `on_head` and
/// `on_request`. Valid during that call only, on the reactor's thread; so are the views.
/// Afterwards: `handle()`.
class exchange {
public:
  [[nodiscard]] http::method method() const;
  [[nodiscard]] std::string_view method_text() const;
  /// The request target as sent, without scheme and authority.
  [[nodiscard]] std::string_view target() const;
  /// The target up to `?`, not decoded.
  [[nodiscard]] std::string_view path() const;
  /// The target after `?`, not decoded; empty when there is none.
  [[nodiscard]] std::string_view query() const;
  /// 10 or 11.
  [[nodiscard]] int version() const;
  /// The value of the first header of that name (any case), without blanks around.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

  /// The length the head announces; absent for none and for a chunked body.
  [[nodiscard]] std::optional<std::uint64_t> content_length() const;
  /// Neither a length above 0 nor a chunked body: what endpoints with a body answer 400.
  [[nodiscard]] bool body_missing() const;
  /// The check of the head that comes before parameters and token: nothing, or the 413 (length over
  /// `limit`) or 400 (`required` and missing) to refuse with. Chunked bodies are judged while read.
  [[nodiscard]] std::optional<response> check_body(std::uint64_t limit, bool required) const;

  /// The whole body; empty in `on_head`.
  [[nodiscard]] std::string_view body() const;
  /// The body as a string of one's own: moved when the connection had to gather it, else copied.
  [[nodiscard]] std::string take_body();

  /// Counts `bytes` more for what a long body became, among the bodies in flight, until the answer.
  /// False: there is no room now, answer 503. Bodies of up to 64 KiB are not counted. Only from
  /// `on_request`.
  [[nodiscard]] bool reserve_decoded(std::size_t bytes);

  /// The client's address, through trusted proxies; then the same in text.
  [[nodiscard]] address_bytes client() const;
  [[nodiscard]] std::string client_address() const;
  /// Whether the client speaks TLS, to us or to a trusted proxy.
  [[nodiscard]] bool secure() const;
  /// What the client calls this server: `X-Forwarded-Host` of a trusted proxy, else `Host`; empty
  /// for neither. Its form is whoever's who sent it.
  [[nodiscard]] std::string_view host() const;

  /// The client's own certificate; nothing without TLS to us, or when it has shown none.
  [[nodiscard]] std::optional<peer_certificate> client_certificate() const;

  [[nodiscard]] std::unique_ptr<exchange_context>& context();
  [[nodiscard]] http::reactor& reactor() const;
  /// The name of this exchange for later.
  [[nodiscard]] exchange_handle handle() const;

  /// Answers in the call itself; only from `on_request` and `on_body`.
  void respond(response answer);
  /// Marks the exchange as a long poll: when the client sends FIN or RST before the answer,
  /// `on_gone` runs at once on the reactor's thread and the connection closes. Only from
  /// `on_request`.
  void park(std::function<void()> on_gone);

  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

private:
  friend class connection;
  explicit exchange(connection& owner) : connection_{owner} {}

  connection& connection_;
};

/// What the server serves. Called on the reactors' threads, by several at once; must not block.
class application {
public:
  virtual ~application() = default;
  /// The head is in, the body is not read yet. Refuse here in the order of checks:
  /// 404 and 405, `check_body`, parameters, token.
  /// A plain OPTIONS arrives here too: a 405 with `Allow` becomes 200 with `Allow`; preflights
  /// don't.
  virtual verdict on_head(exchange& request) = 0;
  /// The request is whole. Answer now, or keep `request.handle()` and answer later.
  virtual void on_request(exchange& request) = 0;
  /// A piece of a body that is streamed, about 64 KiB unless it is the last. Nothing more is read
  /// until `exchange_handle::take_more`. May answer instead, which ends the request. Only after
  /// `verdict::stream`; whoever never gives that need not take pieces.
  virtual void on_body(exchange& request, std::string piece);
};

} // namespace muster::http
