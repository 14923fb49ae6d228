#pragma once

#include "actors/model/change.hpp"
#include "actors/model/command.hpp"
#include "actors/model/query.hpp"
#include "actors/model/reply.hpp"
#include "http/api/call.hpp"
#include "http/api/edge.hpp"
#include "http/api/query.hpp"
#include "http/rest_api/errors.hpp"
#include "http/rest_api/routes.hpp"

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace muster::http::rest {

/// Bodies of the application API (packages apart).
inline constexpr std::uint64_t body_limit = std::uint64_t{16} << 20;

/// Who may make a call.
struct allowed {
  bool system_administrator = false;
  bool tenant_administrator = true;
  bool customer_user = true;
};

inline constexpr allowed tenant_administrators_only{false, true, false};

/// A call of a logged-in user. Checks in this order: token, role, missing body, parameters; then
/// the body is read and `run` called. Replies come to the continuation given with what was sent.
class rest_call : public call {
public:
  verdict on_head(exchange& request, const path_parameters& path) final;
  void on_request(exchange& request) override;
  void on_reply(reply what) override;

protected:
  rest_call(rest_api& api, allowed roles, bool needs_body = false)
      : api_{api}, roles_{roles}, needs_body_{needs_body} {}

  /// Reads path and query; what they break is answered by `failed`'s shape.
  virtual result<void> prepare(const path_parameters&, const query_parameters&) { return {}; }
  /// Reads headers; nullopt: they are good.
  virtual std::optional<response> read_headers(const exchange&) { return std::nullopt; }
  /// All that the head says is good: `accept()`, or a question first, `wait` and `resume` later.
  virtual verdict admit() { return accept(); }
  /// Parameters are good and the body is whole (empty for calls without one).
  virtual void run(exchange& request) = 0;
  /// The answer to an error.
  virtual response shape(const error& what) const { return fault(what, now()); }

  /// `then` takes the reply as `Reply&`; an error instead is answered by `shape`.
  template <class Reply, class Then>
  void send(const device_id& device, command_body body, Then then) {
    expect<Reply>(std::move(then));
    send_command(device, std::move(body));
  }
  template <class Reply, class Then>
  void ask(query what, Then then) {
    expect<Reply>(std::move(then));
    at().below().ask(std::move(what), reply_to());
  }
  template <class Reply, class Then>
  void apply(change what, Then then) {
    expect<Reply>(std::move(then));
    at().below().apply(std::move(what), reply_to());
  }
  /// As above, but `then` takes errors too, as `reply&`.
  template <class Then>
  void ask_any(query what, Then then) {
    next_ = std::move(then);
    at().below().ask(std::move(what), reply_to());
  }
  template <class Then>
  void apply_any(change what, Then then) {
    next_ = std::move(then);
    at().below().apply(std::move(what), reply_to());
  }

  void answer_json(std::string body) { answer({200, json_type, std::move(body)}); }
  void answer_done() { answer(response{200}); }
  void fail_with(const error& what) { answer(shape(what)); }
  void fail_with(error_code code, std::string message) {
    fail_with(error{code, std::move(message)});
  }
  /// A reply that is not the one expected: its error, or a mistake of ours.
  void unexpected(const reply& what);

  [[nodiscard]] rest_api& api() const { return api_; }
  [[nodiscard]] const token_claims& claims() const { return claims_; }
  [[nodiscard]] const caller& who() const { return claims_.who; }
  [[nodiscard]] bool is_customer() const { return who().role == authority::customer_user; }

  /// Wrong role; the telemetry and RPC endpoints say it in text.
  virtual response wrong_role() const { return fault(error{error_code::forbidden, {}}, now()); }

private:
  template <class Reply, class Then>
  void expect(Then then) {
    next_ = [this, then = std::move(then)](reply& what) mutable {
      if (auto* wanted = std::get_if<Reply>(&what)) {
        then(*wanted);
      } else {
        unexpected(what);
      }
    };
  }
  void send_command(const device_id& device, command_body body);
  [[nodiscard]] std::optional<response> authenticate(const exchange& request);
  /// Admits whoever's token was not revoked.
  verdict check_token();
  verdict judge(const result<bool>& token_valid);

  rest_api& api_;
  allowed roles_;
  bool needs_body_;
  token_claims claims_;
  std::function<void(reply&)> next_;
};

/// A call about one device named by the last part of its path or a body; says which device is
/// unknown.
class device_call : public rest_call {
protected:
  using rest_call::rest_call;

  result<void> read_device_id(std::string_view text);
  response shape(const error& what) const override;

  device_id device_;
};

/// A call of the telemetry and RPC endpoints, whose errors are plain text.
class text_call : public rest_call {
protected:
  explicit text_call(rest_api& api, bool needs_body = false)
      : rest_call{api, allowed{}, needs_body} {}

  result<void> read_device_id(std::string_view text);
  response shape(const error& what) const override;
  response wrong_role() const override;

  device_id device_;
};

/// What `result`-giving steps of `prepare` are chained with.
template <class T>
result<void> assign(T& to, result<T>&& from) {
  if (!from) {
    return tl::unexpected{std::move(from.error())};
  }
  to = std::move(*from);
  return {};
}

} // namespace muster::http::rest
