#pragma once

#include "actors/model/entity.hpp"
#include "http/rest_api/body.hpp"

#include <cstdint>
#include <optional>

namespace muster::http::rest {

/// A user as an application wrote it.
struct user_body {
  bool creates = true;
  /// Password, activation and times are not filled in.
  muster::user user;
  std::optional<std::uint64_t> version;
};

/// Members that are absent are null; e-mail address and authority must be there. Errors are
/// `invalid`.
[[nodiscard]] result<user_body> read_user_body(const body_members& body);

} // namespace muster::http::rest
