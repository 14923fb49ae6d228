#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "persistence/store/store.hpp"

#include <string>

namespace muster {

/// The administrator that the first start makes.
inline constexpr const char* administrator_email = "sysadmin@thingsboard.org";

/// Makes what a store must have before it serves, unless it is there: the key that signs tokens,
/// with `demo` the administrator and the demo tenant, and a root chain for each tenant that was
/// made when there were no rule chains. Each is one commit, so a start that is interrupted leaves
/// all of it or nothing. Returns the key. Blocks; before anything else uses the store.
result<std::string> bootstrap(persistence::store& rows, const clock_source& clock, bool demo);

/// Makes the administrator unless there is one, and returns his random password; empty when there
/// was one already. Blocks.
result<std::string> make_administrator(persistence::store& rows, const clock_source& clock);

} // namespace muster
