#include "http/device_api/device_call.hpp"

#include "http/api/device_credentials.hpp"
#include "http/api/edge.hpp"
#include "http/api/errors.hpp"

#include <utility>

namespace muster::http {

namespace {

/// The path's word for "the token is in the header"; never a token itself.
constexpr std::string_view in_header = "me";
constexpr std::string_view scheme = "bearer ";

/// The token of `X-Authorization: Bearer <token>`; empty when there is none.
std::string_view header_token(const exchange& request) {
  const std::string_view value = request.header("X-Authorization").value_or("");
  if (value.size() <= scheme.size()) {
    return {};
  }
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char lower = value[i] == ' ' ? ' ' : static_cast<char>(value[i] | 0x20);
    if (lower != scheme[i]) {
      return {};
    }
  }
  const auto token = value.substr(scheme.size());
  const auto start = token.find_first_not_of(' ');
  return start == std::string_view::npos || token == in_header ? std::string_view{}
                                                               : token.substr(start);
}

} // namespace

verdict device_call::on_head(exchange& request, const path_parameters& path) {
  if (const auto good = read_parameters(request, path); !good) {
    return verdict::refuse(device_error(good.error(), now()));
  }
  if (const auto type = request.header("Content-Type")) {
    codec_ = codec_of_type(*type);
  }
  token_ = show_credentials(request, path[0]);
  if (token_.empty()) {
    return judge(std::nullopt);
  }
  if (const auto owner = at().below().cached_token(token_)) {
    return judge(owner);
  }
  at().below().find_token(token_, [home = &at(), to = handle()](auto found) {
    home->later(to, [found = std::move(found)](call& waiting) {
      auto& caller = static_cast<device_call&>(waiting);
      caller.resume(caller.judge(found));
    });
  });
  return verdict::wait();
}

/// What the device shows for itself: the token that the path names, or what stands for `me`.
std::string device_call::show_credentials(const exchange& request, std::string_view named) {
  if (named != in_header) {
    return std::string{named};
  }
  if (request.header("X-Authorization")) {
    return std::string{header_token(request)};
  }
  const auto certificate = request.client_certificate();
  const timestamp wall = now();
  if (!certificate || wall < certificate->not_before || wall > certificate->not_after) {
    return {};
  }
  shown_ = credentials_type::x509_certificate;
  return certificate_id(certificate->der);
}

verdict device_call::judge(const result<std::optional<token_owner>>& found) {
  if (!found) {
    return verdict::refuse(device_error(found.error(), now()));
  }
  if (!*found || (*found)->type != shown_) {
    if (!token_.empty()) {
      at().below().refused().unknown(token_, now());
    }
    return verdict::refuse(response{401});
  }
  owner_ = **found;
  if (owner_.rules != nullptr && owner_.rules->special()) {
    if (auto refused = obey(owner_.rules->get())) {
      return verdict::refuse(*std::move(refused));
    }
  }
  return accept();
}

std::optional<response> device_call::obey(std::shared_ptr<const device_rules> rules) {
  if (rules->tenant_gone) {
    return response{401};
  }
  if (!rules->codec.empty()) {
    codec_ = codec_named(rules->codec);
  }
  if (!rules->limited()) {
    return std::nullopt;
  }
  limits_ = std::move(rules);
  return spend(kind(), 1);
}

std::optional<response> device_call::spend(counted what, std::uint64_t amount) {
  const auto wait =
      at().limits().devices.take(*limits_, owner_.device, what, amount, at().clock().now().steady);
  if (!wait) {
    return std::nullopt;
  }
  at().below().refused().note(owner_.device, refusal::rate_limit, now());
  return rate_limited(*wait, now());
}

bool device_call::admit_points(std::size_t points) {
  if (limits_ == nullptr || points == 0) {
    return true;
  }
  auto refused = spend(counted::data_point, points);
  if (refused) {
    answer(*std::move(refused));
  }
  return !refused;
}

result<void> device_call::read_parameters(const exchange&, const path_parameters&) {
  return {};
}

void device_call::send(command_body body) {
  at().below().send(command{owner_.device, device_sender{owner_.credentials_version},
                            at().deadline(), std::move(body)},
                    reply_to());
}

void device_call::on_reply(reply what) {
  auto* failure = std::get_if<error>(&what);
  if (failure == nullptr) {
    return on_success(what);
  }
  if (failure->code == error_code::not_found && !may_be_missing()) {
    // The device went after its token was found.
    failure->code = error_code::unauthorized;
  }
  if (failure->code == error_code::unauthorized) {
    return look_again();
  }
  on_failure(*failure);
}

/// Credentials may have changed since the cache looked at them, at another node perhaps. A token
/// that is good, but now another device's or of another version, must not be called wrong: its
/// request can be sent again.
void device_call::look_again() {
  at().below().find_token(token_, [home = &at(), to = handle()](const auto& found) {
    const bool good = found && *found;
    const auto owner = good ? **found : token_owner{};
    home->later(to, [good, owner](call& waiting) {
      auto& caller = static_cast<device_call&>(waiting);
      const bool moved = good && (owner.device != caller.owner_.device ||
                                  owner.credentials_version != caller.owner_.credentials_version);
      caller.on_failure({moved ? error_code::overloaded : error_code::unauthorized, {}});
    });
  });
}

void device_call::on_success(reply&) {
  answer(response{200});
}

void device_call::on_failure(const error& what) {
  refuse(what);
}

void device_call::refuse(const error& what) {
  answer(device_error(what, now()));
}

json::reader_rules device_call::rules() const {
  return {at().options().type_cast, json::null_rule::skip};
}

} // namespace muster::http
