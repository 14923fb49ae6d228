#pragma once

#include "actors/model/rule_chain.hpp"

#include <optional>
#include <string>
#include <vector>

namespace muster {

class script_engine;

/// Why a node cannot run, for people: its class is unknown, or its configuration is not what the
/// class takes. nullopt: it can. Such nodes are kept and shown, and fail whatever reaches them.
std::optional<std::string> why_inactive(const rule_node& node);

/// By node, empty for those that can run: the same, then what its class says when it is made ready.
std::vector<std::string> node_faults(const rule_chain& chain, script_engine& scripts);

} // namespace muster
