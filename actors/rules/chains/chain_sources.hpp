#pragma once

#include "actors/model/rule_chain.hpp"

#include <vector>

namespace muster {

/// The devices of which nodes of the chain make messages by themselves.
std::vector<device_id> devices_of_sources(const rule_chain& chain);

} // namespace muster
