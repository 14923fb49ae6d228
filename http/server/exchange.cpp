#include "http/server/exchange.hpp"

#include "http/server/connection.hpp"
#include "http/server/transport.hpp"

#include <stdexcept>

namespace muster::http {

namespace {

transport& transport_of(const exchange_handle& handle) {
  return static_cast<transport&>(handle.owner());
}

connection* connection_of(const exchange_handle& handle) {
  return handle ? transport_of(handle).find(handle.slot(), handle.serial()) : nullptr;
}

/// Carries a call on a handle to the reactor's thread.
template <class Call>
class carried final : public posted_work {
public:
  carried(exchange_handle to, Call call) : to_{to}, call_{std::move(call)} {}
  void run() override {
    if (auto* found = connection_of(to_))
      call_(*found);
  }

private:
  exchange_handle to_;
  Call call_;
};

template <class Call>
void carry(exchange_handle to, Call call) {
  auto& owner = transport_of(to);
  if (!owner.here())
    owner.post(std::make_unique<carried<Call>>(to, std::move(call)));
  else if (auto* found = connection_of(to))
    call(*found);
}

} // namespace

bool exchange_handle::alive() const {
  const auto* found = connection_of(*this);
  return found != nullptr && !found->answered();
}

exchange_context* exchange_handle::context() const {
  auto* found = connection_of(*this);
  return found != nullptr ? found->context().get() : nullptr;
}

bool exchange_handle::respond(response answer) const {
  auto* found = connection_of(*this);
  if (found != nullptr && !found->answered()) {
    found->respond(std::move(answer));
    return true;
  }
  if (answer.on_written)
    answer.on_written(false);
  return false;
}

void exchange_handle::resume(verdict decision, std::unique_ptr<exchange_context> context) const {
  carry(*this, [decision = std::move(decision), context = std::move(context)](
                   connection& to) mutable { to.resume(std::move(decision), std::move(context)); });
}

void exchange_handle::take_more() const {
  carry(*this, [](connection& to) { to.take_more(); });
}

void exchange_handle::feed(body_piece piece) const {
  carry(*this, [piece = std::move(piece)](connection& to) mutable { to.feed(std::move(piece)); });
}

void application::on_body(exchange&, std::string) {
  throw std::logic_error("a body was streamed to an application that takes none so");
}

method exchange::method() const {
  return connection_.current().method();
}
std::string_view exchange::method_text() const {
  return connection_.current().method_text();
}
std::string_view exchange::target() const {
  return connection_.current().target();
}
std::string_view exchange::path() const {
  return connection_.current().path();
}
std::string_view exchange::query() const {
  return connection_.current().query();
}
int exchange::version() const {
  return connection_.current().version();
}

std::optional<std::string_view> exchange::header(std::string_view name) const {
  return connection_.current().header(name);
}

std::optional<std::uint64_t> exchange::content_length() const {
  return connection_.current().content_length();
}

bool exchange::body_missing() const {
  return content_length().value_or(0) == 0 && !connection_.current().chunked();
}

std::optional<response> exchange::check_body(std::uint64_t limit, bool required) const {
  const auto now = connection_.owner().now().wall;
  if (content_length().value_or(0) > limit)
    return error_response(413, "the body is longer than " + std::to_string(limit) + " bytes", now);
  if (required && body_missing())
    return error_response(400, "the request needs a body", now);
  return std::nullopt;
}

std::string_view exchange::body() const {
  return connection_.current().body();
}
std::string exchange::take_body() {
  return connection_.current().take_body();
}
bool exchange::reserve_decoded(std::size_t bytes) {
  return connection_.reserve_decoded(bytes);
}
address_bytes exchange::client() const {
  return connection_.client();
}
std::string exchange::client_address() const {
  return to_text(client());
}
bool exchange::secure() const {
  return connection_.secure();
}
std::string_view exchange::host() const {
  return connection_.host();
}
std::optional<peer_certificate> exchange::client_certificate() const {
  return connection_.client_certificate();
}
std::unique_ptr<exchange_context>& exchange::context() {
  return connection_.context();
}
reactor& exchange::reactor() const {
  return connection_.owner();
}
exchange_handle exchange::handle() const {
  return connection_.handle();
}
void exchange::respond(response answer) {
  connection_.respond(std::move(answer));
}

void exchange::park(std::function<void()> on_gone) {
  connection_.park(std::move(on_gone));
}

} // namespace muster::http
