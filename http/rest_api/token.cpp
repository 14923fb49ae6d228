#include "http/rest_api/token.hpp"

#include <jwt.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

namespace muster::http::rest {

namespace {

constexpr const char* issuer = "thingsboard.io";
constexpr std::string_view refresh_scope = "REFRESH_TOKEN";

using token_ptr = std::unique_ptr<jwt_t, decltype(&jwt_free)>;
using text_ptr = std::unique_ptr<char, decltype(&std::free)>;

/// libjwt fails here for want of memory only.
void must(int error) {
  if (error != 0) {
    throw std::bad_alloc{};
  }
}

std::string id_text(const uuid& id) {
  return to_string(id);
}

template <class Id>
std::string id_text(const std::optional<Id>& id) {
  return to_string(id ? id->value : null_uuid);
}

token_ptr common_claims(const user& owner, const uuid& session, std::string_view scope,
                        std::int64_t issued, std::int64_t lifetime) {
  jwt_t* raw = nullptr;
  must(jwt_new(&raw));
  token_ptr token{raw, &jwt_free};
  const nlohmann::json lists = {{"scopes", nlohmann::json::array({scope})}};
  must(jwt_add_grant(raw, "sub", owner.email.c_str()));
  must(jwt_add_grant(raw, "userId", id_text(owner.id.value).c_str()));
  must(jwt_add_grants_json(raw, lists.dump().c_str()));
  must(jwt_add_grant(raw, "sessionId", id_text(session).c_str()));
  must(jwt_add_grant_int(raw, "exp", issued + lifetime));
  must(jwt_add_grant(raw, "iss", issuer));
  must(jwt_add_grant_int(raw, "iat", issued));
  must(jwt_add_grant_bool(raw, "isPublic", 0));
  return token;
}

std::string sign(const token_ptr& token, const std::string& key) {
  must(jwt_set_alg(token.get(), JWT_ALG_HS512, reinterpret_cast<const unsigned char*>(key.data()),
                   static_cast<int>(key.size())));
  const text_ptr text{jwt_encode_str(token.get()), &std::free};
  if (!text) {
    throw std::bad_alloc{};
  }
  return text.get();
}

void add_optional(const token_ptr& token, const char* name,
                  const std::optional<std::string>& text) {
  if (text) {
    must(jwt_add_grant(token.get(), name, text->c_str()));
  }
}

std::optional<uuid> id_claim(jwt_t* token, const char* name) {
  const char* text = jwt_get_grant(token, name);
  return text == nullptr ? std::nullopt : parse_uuid(text);
}

template <class Id>
std::optional<Id> owner_claim(jwt_t* token, const char* name) {
  const auto id = id_claim(token, name);
  return id && *id != null_uuid ? std::optional{Id{*id}} : std::nullopt;
}

/// The one scope of a token; empty when it has none or several.
std::string scope_claim(jwt_t* token) {
  const text_ptr text{jwt_get_grants_json(token, "scopes"), &std::free};
  if (!text) {
    return {};
  }
  const auto scopes = nlohmann::json::parse(text.get(), nullptr, false);
  const bool single = scopes.is_array() && scopes.size() == 1 && scopes[0].is_string();
  return single ? scopes[0].get<std::string>() : std::string{};
}

token_ptr decode(std::string_view text, const std::string& key) {
  jwt_t* raw = nullptr;
  const int error =
      jwt_decode(&raw, std::string{text}.c_str(),
                 reinterpret_cast<const unsigned char*>(key.data()), static_cast<int>(key.size()));
  token_ptr token{error == 0 ? raw : nullptr, &jwt_free};
  // The token names its own algorithm: only ours counts, or a weaker one could be chosen for us.
  if (token && jwt_get_alg(raw) != JWT_ALG_HS512) {
    token.reset();
  }
  return token;
}

/// Also of genuine tokens only what is whole is taken: they may stem from another version.
std::optional<token_claims> read_claims(jwt_t* token, token_kind kind) {
  token_claims claims;
  const auto owner = id_claim(token, "userId");
  const auto session = id_claim(token, "sessionId");
  const char* email = jwt_get_grant(token, "sub");
  const std::string scope = scope_claim(token);
  if (!owner || !session || email == nullptr) {
    return std::nullopt;
  }
  if (kind == token_kind::refresh) {
    if (scope != refresh_scope) {
      return std::nullopt;
    }
  } else {
    const auto role = authority_from_name(scope);
    if (!role) {
      return std::nullopt;
    }
    claims.who.role = *role;
    claims.who.tenant = owner_claim<tenant_id>(token, "tenantId");
    claims.who.customer = owner_claim<customer_id>(token, "customerId");
  }
  claims.who.user = user_id{*owner};
  claims.session = *session;
  claims.email = email;
  claims.who.email = email;
  claims.issued = jwt_get_grant_int(token, "iat") * 1000;
  return claims;
}

} // namespace

token_pair token_signer::issue(const user& owner, const uuid& session) const {
  const std::int64_t issued =
      std::max(clock_.now().wall / 1000, (owner.tokens_valid_from + 999) / 1000);

  const auto access =
      common_claims(owner, session, authority_name(owner.role), issued, access_token_seconds);
  add_optional(access, "firstName", owner.first_name);
  add_optional(access, "lastName", owner.last_name);
  must(jwt_add_grant_bool(access.get(), "enabled", 1));
  must(jwt_add_grant(access.get(), "tenantId", id_text(owner.tenant).c_str()));
  must(jwt_add_grant(access.get(), "customerId", id_text(owner.customer).c_str()));

  const auto refresh = common_claims(owner, session, refresh_scope, issued, refresh_token_seconds);
  must(jwt_add_grant(refresh.get(), "jti", id_text(random_uuid()).c_str()));
  return {sign(access, key_), sign(refresh, key_)};
}

tl::expected<token_claims, token_fault> token_signer::verify(std::string_view text,
                                                             token_kind kind) const {
  const auto token = decode(text, key_);
  if (!token) {
    return tl::unexpected{token_fault::invalid};
  }
  auto claims = read_claims(token.get(), kind);
  if (!claims) {
    return tl::unexpected{token_fault::invalid};
  }
  if (jwt_get_grant_int(token.get(), "exp") * 1000 <= clock_.now().wall) {
    return tl::unexpected{token_fault::expired};
  }
  return std::move(*claims);
}

std::string_view authority_name(authority role) noexcept {
  switch (role) {
  case authority::system_administrator:
    return "SYS_ADMIN";
  case authority::tenant_administrator:
    return "TENANT_ADMIN";
  case authority::customer_user:
    break;
  }
  return "CUSTOMER_USER";
}

std::optional<authority> authority_from_name(std::string_view name) noexcept {
  for (const auto role : {authority::system_administrator, authority::tenant_administrator,
                          authority::customer_user}) {
    if (name == authority_name(role)) {
      return role;
    }
  }
  return std::nullopt;
}

} // namespace muster::http::rest
