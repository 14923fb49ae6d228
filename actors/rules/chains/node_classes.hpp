#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace muster {

/// What is known of a class of rule nodes: shared by whoever checks chains and whoever runs them.
struct node_class {
  /// Without `node_class_package`.
  std::string_view name;
  /// Of its configuration, as ThingsBoard counts it.
  std::uint32_t version = 0;
  /// The relations along which its messages leave, separated by '|'; those of a script or of other
  /// names come besides.
  std::string_view relations = "Success|Failure";
};

inline constexpr std::string_view node_class_package = "org.thingsboard.rule.engine.";
inline constexpr std::string_view true_or_false = "True|False|Failure";

/// In the order of their names.
inline constexpr std::array node_classes{
    node_class{"action.TbAssignToCustomerNode", 1},
    node_class{"action.TbClearAlarmNode", 0, "Cleared|False|Failure"},
    node_class{"action.TbCreateAlarmNode", 0, "Created|Updated|False|Failure"},
    node_class{"action.TbLogNode"},
    node_class{"action.TbUnassignFromCustomerNode", 1},
    node_class{"debug.TbMsgGeneratorNode", 2},
    node_class{"deduplication.TbMsgDeduplicationNode", 1},
    node_class{"delay.TbMsgDelayNode"},
    node_class{"filter.TbCheckAlarmStatusNode", 0, true_or_false},
    node_class{"filter.TbCheckMessageNode", 0, true_or_false},
    node_class{"filter.TbCheckRelationNode", 1, true_or_false},
    node_class{"filter.TbDeviceTypeSwitchNode", 0, "default|Failure"},
    node_class{"filter.TbJsFilterNode", 0, true_or_false},
    node_class{"filter.TbJsSwitchNode", 0, "Failure"},
    node_class{"filter.TbMsgTypeFilterNode", 0, true_or_false},
    node_class{"filter.TbMsgTypeSwitchNode", 0, "Other|Failure"},
    node_class{"filter.TbOriginatorTypeFilterNode", 0, true_or_false},
    node_class{"filter.TbOriginatorTypeSwitchNode", 0, "Failure"},
    node_class{"flow.TbAckNode"},
    node_class{"flow.TbCheckpointNode", 1},
    node_class{"flow.TbRuleChainInputNode", 1, "Failure"},
    node_class{"flow.TbRuleChainOutputNode", 0, ""},
    node_class{"mail.TbMsgToEmailNode"},
    node_class{"mail.TbSendEmailNode"},
    node_class{"math.TbMathNode"},
    node_class{"metadata.CalculateDeltaNode", 1, "Success|Other|Failure"},
    node_class{"metadata.TbGetAttributesNode", 1},
    node_class{"metadata.TbGetCustomerAttributeNode", 1},
    node_class{"metadata.TbGetDeviceAttrNode", 1},
    node_class{"metadata.TbGetOriginatorFieldsNode", 1},
    node_class{"metadata.TbGetRelatedAttributeNode", 1},
    node_class{"metadata.TbGetTelemetryNode", 2},
    node_class{"metadata.TbGetTenantAttributeNode", 1},
    node_class{"profile.TbDeviceProfileNode", 1,
               "Success|Alarm Created|Alarm Updated|Alarm Severity Updated|Alarm Cleared|Failure"},
    node_class{"rest.TbRestApiCallNode", 4},
    node_class{"rpc.TbSendRPCReplyNode"},
    node_class{"rpc.TbSendRPCRequestNode"},
    node_class{"telemetry.TbMsgAttributesNode", 3},
    node_class{"telemetry.TbMsgDeleteAttributesNode"},
    node_class{"telemetry.TbMsgTimeseriesNode", 1},
    node_class{"transform.TbChangeOriginatorNode"},
    node_class{"transform.TbCopyKeysNode", 2},
    node_class{"transform.TbDeleteKeysNode", 2},
    node_class{"transform.TbJsonPathNode"},
    node_class{"transform.TbRenameKeysNode", 2},
    node_class{"transform.TbSplitArrayMsgNode"},
    node_class{"transform.TbTransformMsgNode"},
};
static_assert(std::ranges::is_sorted(node_classes, {}, &node_class::name));

/// `type` is the full class. Null: nobody knows it.
constexpr const node_class* find_node_class(std::string_view type) noexcept {
  if (!type.starts_with(node_class_package)) {
    return nullptr;
  }
  type.remove_prefix(node_class_package.size());
  const auto* const found = std::ranges::lower_bound(node_classes, type, {}, &node_class::name);
  return found != node_classes.end() && found->name == type ? found : nullptr;
}

inline constexpr std::string_view chain_input_node =
    "org.thingsboard.rule.engine.flow.TbRuleChainInputNode";
inline constexpr std::string_view chain_output_node =
    "org.thingsboard.rule.engine.flow.TbRuleChainOutputNode";

} // namespace muster
