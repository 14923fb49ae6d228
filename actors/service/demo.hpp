#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "persistence/store/store.hpp"

namespace muster {

/// ThingsBoard's demo tenant with its customers, users, profiles and devices, whose well-known
/// passwords and access tokens tutorials use. One commit; nothing when the store had it once, so
/// what was deleted stays deleted.
result<void> make_demo(persistence::store& rows, const clock_source& clock);

} // namespace muster
