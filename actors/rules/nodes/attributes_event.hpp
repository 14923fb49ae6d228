#pragma once

#include "actors/model/attribute.hpp"
#include "actors/model/uuid.hpp"
#include "actors/rules/engine/rule_message.hpp"

#include <string_view>

namespace muster {

/// What a node has the device's chain told of attributes that it has changed for `cause`.
rule_message attributes_event(std::string_view type, const rule_message& cause, message_data body,
                              attribute_scope scope, const rule_node_id& node);

} // namespace muster
