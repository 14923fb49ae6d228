#pragma once

#include "http/rest_api/body.hpp"
#include "http/rest_api/rest_call.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http::rest {

/// Bodies that are read from strangers: two words or a token, never more.
inline constexpr std::uint64_t auth_body_limit = std::uint64_t{16} << 10;

/// `{"token":...,"refreshToken":...}`
[[nodiscard]] std::string pair_json(const token_pair& tokens);

/// A member of a stranger's body; nothing when it is missing, blank or no string.
[[nodiscard]] std::optional<std::string> filled_member(const result<body_members>& body,
                                                       std::string_view name);

/// What a new password must be.
[[nodiscard]] result<void> check_new_password(std::string_view password);

/// A call that gives away tokens and so has none yet.
class open_call : public call {
protected:
  explicit open_call(rest_api& api) : api_{api} {}

  verdict on_head(exchange&, const path_parameters&) override { return accept(); }

  void refuse(std::string_view message) {
    answer(fault(401, fault_code::authentication, message, now()));
  }
  void fail_with(const error& what) { answer(fault(what, now())); }
  void give_tokens(const user& owner, const uuid& session) {
    answer({200, json_type, pair_json(api_.tokens.issue(owner, session))});
  }

  rest_api& api_;
};

} // namespace muster::http::rest
