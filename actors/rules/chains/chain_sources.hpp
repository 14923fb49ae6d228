#pragma once

#include "actors/model/rule_chain.hpp"

#include <vector>

namespace muster {

/// The actors in which nodes of the chain make messages by themselves: of devices, or the tenant's.
std::vector<device_id> actors_of_sources(const rule_chain& chain);

} // namespace muster
