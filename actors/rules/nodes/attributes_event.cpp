#include "actors/rules/nodes/attributes_event.hpp"

#include "actors/rules/nodes/scopes.hpp"

#include <utility>

namespace muster {

rule_message attributes_event(std::string_view type, const rule_message& cause, message_data body,
                              attribute_scope scope, const rule_node_id& node) {
  rule_message made;
  made.type = type;
  made.ts = cause.ts;
  made.originator = cause.originator;
  made.metadata = {{"ruleNodeId", to_string(node)}, {"scope", std::string(scope_name(scope))}};
  made.data = std::move(body);
  return made;
}

} // namespace muster
