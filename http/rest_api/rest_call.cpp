#include "http/rest_api/rest_call.hpp"

#include "http/rest_api/body.hpp"

#include <cctype>

namespace muster::http::rest {

namespace {

bool is_allowed(const allowed& roles, authority role) {
  switch (role) {
  case authority::system_administrator:
    return roles.system_administrator;
  case authority::tenant_administrator:
    return roles.tenant_administrator;
  case authority::customer_user:
    break;
  }
  return roles.customer_user;
}

/// The token of an `X-Authorization` or `Authorization` header; empty without one.
std::string_view bearer_token(const exchange& request) {
  constexpr std::string_view scheme = "bearer ";
  for (const auto name : {"X-Authorization", "Authorization"}) {
    const auto value = request.header(name);
    if (!value || value->empty()) {
      continue;
    }
    for (std::size_t i = 0; i < scheme.size(); ++i) {
      if (i >= value->size() ||
          std::tolower(static_cast<unsigned char>((*value)[i])) != scheme[i]) {
        return {};
      }
    }
    return value->substr(scheme.size());
  }
  return {};
}

/// Of a revoked token clients are told as of an expired one: they then try to refresh, and log in.
response expired(timestamp now) {
  return fault(401, fault_code::token_expired, "Token has expired", now);
}

} // namespace

std::optional<response> rest_call::authenticate(const exchange& request) {
  const auto token = bearer_token(request);
  if (token.empty()) {
    return fault(401, fault_code::authentication, "Authentication failed", now());
  }
  auto verified = api_.tokens.verify(token, token_kind::access);
  if (!verified && verified.error() == token_fault::invalid) {
    return fault(401, fault_code::authentication, "Authentication failed", now());
  }
  if (!verified) {
    return expired(now());
  }
  claims_ = std::move(*verified);
  claims_.who.address = request.client_address();
  return std::nullopt;
}

verdict rest_call::on_head(exchange& request, const path_parameters& path) {
  if (auto refusal = authenticate(request)) {
    return verdict::refuse(std::move(*refusal));
  }
  if (!is_allowed(roles_, who().role)) {
    return verdict::refuse(wrong_role());
  }
  if (needs_body_ && request.body_missing()) {
    return verdict::refuse(shape({error_code::malformed, "Required request body is missing"}));
  }
  if (const auto good = prepare(path, query_parameters{request.query()}); !good) {
    return verdict::refuse(shape(good.error()));
  }
  if (auto refusal = read_headers(request)) {
    return verdict::refuse(std::move(*refusal));
  }
  return check_token();
}

verdict rest_call::check_token() {
  const auto known = at().below().token_valid(who().user, claims_.session, claims_.issued);
  if (known) {
    return judge(*known);
  }
  at().below().check_token(who().user, claims_.session, claims_.issued,
                           [home = &at(), to = handle()](auto found) {
                             home->later(to, [found = std::move(found)](call& waiting) {
                               auto& caller = static_cast<rest_call&>(waiting);
                               caller.resume(caller.judge(found));
                             });
                           });
  return verdict::wait();
}

verdict rest_call::judge(const result<bool>& token_valid) {
  if (!token_valid) {
    return verdict::refuse(shape(token_valid.error()));
  }
  return *token_valid ? admit() : verdict::refuse(expired(now()));
}

void rest_call::on_request(exchange& request) {
  run(request);
}

void rest_call::on_reply(reply what) {
  // The continuation may send the next step, which sets another one.
  const auto next = std::exchange(next_, nullptr);
  next(what);
}

void rest_call::unexpected(const reply& what) {
  const auto* problem = std::get_if<error>(&what);
  fail_with(problem != nullptr ? *problem : error{error_code::internal, {}});
}

void rest_call::send_command(const device_id& device, command_body body) {
  at().below().send(command{device, who(), at().deadline(), std::move(body)}, reply_to());
}

result<void> device_call::read_device_id(std::string_view text) {
  return assign(device_.value, read_uuid(text));
}

response device_call::shape(const error& what) const {
  if (what.code == error_code::not_found) {
    return fault({what.code, "Device with id [" + to_string(device_) + "] is not found"}, now());
  }
  return rest_call::shape(what);
}

result<void> text_call::read_device_id(std::string_view text) {
  return assign(device_.value, read_uuid(text));
}

response text_call::shape(const error& what) const {
  if (what.code == error_code::not_found) {
    return text_fault({what.code, std::string{no_such_device}}, now());
  }
  if (what.code == error_code::forbidden) {
    return text_fault({what.code, is_customer() ? "Device doesn't belong to the current Customer!"
                                                : "Device doesn't belong to the current Tenant!"},
                      now());
  }
  return text_fault(what, now());
}

response text_call::wrong_role() const {
  return {403, text_type, "System administrator is not allowed to perform this operation!"};
}

} // namespace muster::http::rest
