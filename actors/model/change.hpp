#pragma once

#include "actors/model/entity.hpp"

#include <optional>
#include <string>
#include <variant>

namespace muster {

// Changes of the directory that no existing device's actor owns. Each names its reply; every one
// may also be answered by an `error`. Answered once durable.

/// Reply: device_info. Names must be unique in the tenant, tokens over the installation
/// (already_exists, with the reference's message). Profile: the one given by id; else the one named
/// `type`, created when it does not exist; else the tenant's default.
struct make_device {
  caller who;
  /// id, created, tenant, version are ignored and given by the server.
  device_info info;
  std::optional<profile_id> profile;
  /// Absent: a random one of 20 letters and digits.
  std::optional<std::string> access_token;
  /// Credentials of any type, instead of `access_token`; id, created, device, version are ignored.
  std::optional<credentials> access;
};

/// Reply: device_profile. The one a changed device gets: by id, else named `type` (created when it
/// does not exist), else (empty) the tenant's default. An id that does not exist or is foreign:
/// not_found.
struct resolve_profile {
  caller who;
  std::optional<profile_id> profile;
  std::string type;
};

/// Reply: user. The new hash ends all tokens of the user that were issued before.
struct change_password {
  user_id user;
  std::string new_hash;
  std::uint64_t expected_version = 0;
};

/// Reply: done. Tokens of the session are refused from then on.
struct end_session {
  uuid session;
  /// When the last token of the session expires, after which nothing need be remembered.
  timestamp expires = 0;
};

using change = std::variant<make_device, change_password, end_session, resolve_profile>;

} // namespace muster
