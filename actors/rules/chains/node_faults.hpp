#pragma once

#include "actors/model/rule_chain.hpp"

#include <optional>
#include <string>

namespace muster {

/// Why a node cannot run, for people: its class is unknown, or its configuration is not what the
/// class takes. nullopt: it can. Such nodes are kept and shown, but let no message pass.
std::optional<std::string> why_inactive(const rule_node& node);

} // namespace muster
