#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "persistence/store/store.hpp"

#include <string>

namespace muster {

/// The administrator that the first start makes.
inline constexpr const char* administrator_email = "sysadmin@thingsboard.org";

struct bootstrap_outcome {
  /// Signs the application API's tokens.
  std::string signing_key;
  /// The administrator's new password; empty when there was one already or it is the demo's.
  std::string first_password;
};

/// Makes what a store must have before it serves, unless it is there: the key that signs tokens,
/// the administrator, with `demo` the demo tenant. Each of the two is one commit, so a start that
/// is interrupted leaves all of it or nothing. Blocks; before anything else uses the store.
result<bootstrap_outcome> bootstrap(persistence::store& rows, const clock_source& clock, bool demo);

} // namespace muster
