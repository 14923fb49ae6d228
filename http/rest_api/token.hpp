#pragma once

#include "actors/model/entity.hpp"
#include "actors/model/error.hpp"
#include "actors/model/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http::rest {

/// What the application API hands out at login: short-lived ones for calls, long-lived ones that
/// only buy a new pair.
enum class token_kind : std::uint8_t { access, refresh };

inline constexpr std::int64_t access_token_seconds = 9'000;
inline constexpr std::int64_t refresh_token_seconds = 604'800;

/// A token that was found genuine and not expired.
struct token_claims {
  caller who;
  std::string email;
  /// Shared by a pair and all pairs bought with it, until log-out.
  uuid session;
  /// When it was issued, in milliseconds, rounded as in the token.
  timestamp issued = 0;
};

enum class token_fault : std::uint8_t {
  /// Not a token of ours: its form, algorithm, signature, kind or claims are wrong.
  invalid,
  /// Genuine, but its time is over.
  expired,
};

struct token_pair {
  std::string access;
  std::string refresh;
};

/// Signs and verifies JSON web tokens (HS512 and nothing else). Immutable, so any thread may call
/// it; the clock must outlive it.
class token_signer {
public:
  token_signer(std::string key, const clock_source& clock) : key_{std::move(key)}, clock_{clock} {}

  /// A pair for `owner`. A session is given on refresh and when a password was changed.
  /// `tokens_valid_from` of the owner is respected: tokens know seconds only, so within the second
  /// of a change of password they are dated to its end.
  [[nodiscard]] token_pair issue(const user& owner, const uuid& session) const;

  [[nodiscard]] tl::expected<token_claims, token_fault> verify(std::string_view token,
                                                               token_kind kind) const;

private:
  std::string key_;
  const clock_source& clock_;
};

/// SYS_ADMIN, TENANT_ADMIN, CUSTOMER_USER.
std::string_view authority_name(authority role) noexcept;
std::optional<authority> authority_from_name(std::string_view name) noexcept;

} // namespace muster::http::rest
