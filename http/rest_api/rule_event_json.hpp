#pragma once

#include "actors/model/reply.hpp"
#include "actors/model/rule_event.hpp"

#include <string>

namespace muster::http::rest {

// Events as the application API shows them (reference rules, section 6).

/// An event of the type DEBUG_RULE_NODE.
void append_rule_event(std::string& out, const rule_event& event);
/// Its `body` alone.
void append_rule_event_body(std::string& out, const rule_event& event);
/// The LC_EVENT of a node that cannot run.
void append_fault_event(std::string& out, const rule_node_state& state, const tenant_id& tenant);

} // namespace muster::http::rest
