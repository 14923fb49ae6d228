#include "http/rest_api/token.hpp"
#include "tests/actors_service/hand_clock.hpp"
#include "tests/catch.hpp"

#include <jwt.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <memory>
#include <string>

namespace muster::http::rest::test {

namespace {

const std::string key(64, 'k');

user tenant_user() {
  user who;
  who.id = user_id{random_uuid()};
  who.role = authority::tenant_administrator;
  who.tenant = tenant_id{random_uuid()};
  who.email = "tenant@thingsboard.org";
  who.first_name = "Ada";
  return who;
}

/// The claims of a token, its signature unread.
nlohmann::json claims_of(const std::string& token) {
  jwt_t* raw = nullptr;
  REQUIRE(jwt_decode(&raw, token.c_str(), nullptr, 0) == 0);
  const std::unique_ptr<char, decltype(&std::free)> text{jwt_get_grants_json(raw, nullptr),
                                                         &std::free};
  jwt_free(raw);
  return nlohmann::json::parse(text.get());
}

/// A token with claims of ours, signed by another algorithm or key.
std::string forged(const std::string& genuine, jwt_alg_t algorithm, const std::string& with) {
  jwt_t* raw = nullptr;
  REQUIRE(jwt_new(&raw) == 0);
  REQUIRE(jwt_add_grants_json(raw, claims_of(genuine).dump().c_str()) == 0);
  const auto* bytes = reinterpret_cast<const unsigned char*>(with.data());
  REQUIRE(jwt_set_alg(raw, algorithm, with.empty() ? nullptr : bytes,
                      static_cast<int>(with.size())) == 0);
  const std::unique_ptr<char, decltype(&std::free)> text{jwt_encode_str(raw), &std::free};
  jwt_free(raw);
  return text.get();
}

} // namespace

TEST_CASE("An access token names user, tenant and session") {
  hand_clock clock;
  const token_signer signer{key, clock};
  const user who = tenant_user();
  const uuid session = random_uuid();
  const auto claims = signer.verify(signer.issue(who, session).access, token_kind::access);
  REQUIRE(claims);
  CHECK(claims->who.user == who.id);
  CHECK(claims->who.role == authority::tenant_administrator);
  CHECK(claims->who.tenant == who.tenant);
  CHECK_FALSE(claims->who.customer);
  CHECK(claims->email == who.email);
  CHECK(claims->session == session);
  CHECK(claims->issued == clock.now().wall / 1000 * 1000);
}

TEST_CASE("The claims are those that clients know") {
  hand_clock clock;
  const token_signer signer{key, clock};
  const user who = tenant_user();
  const uuid session = random_uuid();
  const std::int64_t now = clock.now().wall / 1000;
  const auto pair = signer.issue(who, session);
  const nlohmann::json access = {{"sub", who.email},
                                 {"userId", to_string(who.id)},
                                 {"scopes", {"TENANT_ADMIN"}},
                                 {"sessionId", to_string(session)},
                                 {"exp", now + 9000},
                                 {"iss", "thingsboard.io"},
                                 {"iat", now},
                                 {"firstName", "Ada"},
                                 {"enabled", true},
                                 {"isPublic", false},
                                 {"tenantId", to_string(*who.tenant)},
                                 {"customerId", "13814000-1dd2-11b2-8080-808080808080"}};
  CHECK(claims_of(pair.access) == access);
  const auto refresh = claims_of(pair.refresh);
  CHECK(refresh["scopes"] == nlohmann::json{"REFRESH_TOKEN"});
  CHECK(refresh["exp"] == now + 604800);
  CHECK(refresh.contains("jti"));
  CHECK(pair.access.substr(0, pair.access.find('.')).size() > 0);
}

TEST_CASE("A token is good for its kind and time only") {
  hand_clock clock;
  const token_signer signer{key, clock};
  const auto pair = signer.issue(tenant_user(), random_uuid());
  CHECK(signer.verify(pair.access, token_kind::refresh).error() == token_fault::invalid);
  CHECK(signer.verify(pair.refresh, token_kind::access).error() == token_fault::invalid);
  clock.advance(8'999'000);
  CHECK(signer.verify(pair.access, token_kind::access));
  clock.advance(1'000);
  CHECK(signer.verify(pair.access, token_kind::access).error() == token_fault::expired);
  CHECK(signer.verify(pair.refresh, token_kind::refresh));
  clock.advance(604'800'000);
  CHECK(signer.verify(pair.refresh, token_kind::refresh).error() == token_fault::expired);
}

TEST_CASE("A token signed otherwise is refused") {
  hand_clock clock;
  const token_signer signer{key, clock};
  const std::string genuine = signer.issue(tenant_user(), random_uuid()).access;
  for (const auto& [algorithm, with] :
       {std::pair{JWT_ALG_HS256, key}, std::pair{JWT_ALG_HS384, key},
        std::pair{JWT_ALG_NONE, std::string{}}, std::pair{JWT_ALG_HS512, std::string(64, 'x')}}) {
    const auto verdict = signer.verify(forged(genuine, algorithm, with), token_kind::access);
    REQUIRE_FALSE(verdict);
    CHECK(verdict.error() == token_fault::invalid);
  }
  CHECK(signer.verify(forged(genuine, JWT_ALG_HS512, key), token_kind::access));
  for (const auto* text : {"", ".", "..", "a.b.c", "e30.e30.", "null"}) {
    CHECK(signer.verify(text, token_kind::access).error() == token_fault::invalid);
  }
}

TEST_CASE("No changed token is taken") {
  hand_clock clock;
  const token_signer signer{key, clock};
  const auto genuine = signer.issue(tenant_user(), random_uuid()).access;
  const auto claims = *signer.verify(genuine, token_kind::access);
  CHECK(rc::check([&] {
    std::string changed = genuine;
    const auto at = *rc::gen::inRange<std::size_t>(0, changed.size());
    changed[at] = *rc::gen::inRange<char>(0, 127);
    const auto verified = signer.verify(changed, token_kind::access);
    // The last letter of base64 carries bits that nobody reads.
    RC_ASSERT(!verified ||
              (verified->who.user == claims.who.user && verified->who.tenant == claims.who.tenant));
  }));
}

TEST_CASE("Tokens issued within the second of a change of password outlive it") {
  hand_clock clock{1'700'000'000'400};
  const token_signer signer{key, clock};
  user who = tenant_user();
  who.tokens_valid_from = clock.now().wall + 1;
  const auto claims = signer.verify(signer.issue(who, random_uuid()).access, token_kind::access);
  REQUIRE(claims);
  CHECK(claims->issued >= who.tokens_valid_from);
}

} // namespace muster::http::rest::test
