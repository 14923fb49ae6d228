#pragma once

#include "actors/model/rule_chain.hpp"

namespace muster {

/// Brings the configuration of an older export to the version that its class has now. What lacks
/// the members that this takes, or is of an unknown class, stays as it is, its version too.
void upgrade(rule_node& node);

} // namespace muster
