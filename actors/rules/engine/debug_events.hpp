#pragma once

#include "actors/model/rule_event.hpp"
#include "actors/rules/engine/run_chain.hpp"

#include <optional>

namespace muster {

class debug_budget;

/// Longer texts of events are cut to so many bytes.
inline constexpr std::size_t longest_event_text = 4'096;

/// What is to be kept of it: nothing, unless its node's author asked for it and the budget (null:
/// there is none) grants it. `now` is wall time.
std::optional<rule_event> debug_event(const node_event& what, const tenant_id& tenant,
                                      debug_budget* budget, timestamp now);

} // namespace muster
