#pragma once

#include "actors/model/value.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <utility>
#include <vector>

/// Alarm rules and values for properties: over the keys t0, t1, a0, a1, limit and hours.
namespace muster::test::random_alarms {

template <class Of>
Of one_of(std::vector<Of> all) {
  return *rc::gen::elementOf(std::move(all));
}

inline bool chance(int in) {
  return *rc::gen::inRange(0, in) == 0;
}

nlohmann::ordered_json random_schedule();
/// What a profile's `profileData` says.
nlohmann::ordered_json random_profile();
value random_value();

} // namespace muster::test::random_alarms
