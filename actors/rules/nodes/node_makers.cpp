#include "actors/rules/nodes/node_makers.hpp"

#include "actors/rules/chains/node_classes.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace muster {

namespace {

using named_maker = std::pair<std::string_view, node_maker>;

/// In the order of the names.
constexpr std::array makers{
    named_maker{"action.TbAssignToCustomerNode", make_assign_customer},
    named_maker{"action.TbClearAlarmNode", make_clear_alarm},
    named_maker{"action.TbCreateAlarmNode", make_create_alarm},
    named_maker{"action.TbLogNode", make_log},
    named_maker{"action.TbUnassignFromCustomerNode", make_unassign_customer},
    named_maker{"debug.TbMsgGeneratorNode", make_generator},
    named_maker{"deduplication.TbMsgDeduplicationNode", make_deduplication},
    named_maker{"delay.TbMsgDelayNode", make_delay},
    named_maker{"filter.TbCheckAlarmStatusNode", make_check_alarm_status},
    named_maker{"filter.TbCheckMessageNode", make_check_fields},
    named_maker{"filter.TbCheckRelationNode", make_check_relation},
    named_maker{"filter.TbDeviceTypeSwitchNode", make_device_type_switch},
    named_maker{"filter.TbJsFilterNode", make_script_filter},
    named_maker{"filter.TbJsSwitchNode", make_script_switch},
    named_maker{"filter.TbMsgTypeFilterNode", make_message_type_filter},
    named_maker{"filter.TbMsgTypeSwitchNode", make_message_type_switch},
    named_maker{"filter.TbOriginatorTypeFilterNode", make_originator_type_filter},
    named_maker{"filter.TbOriginatorTypeSwitchNode", make_originator_type_switch},
    named_maker{"flow.TbAckNode", make_pass_on},
    named_maker{"flow.TbCheckpointNode", make_pass_on},
    named_maker{"mail.TbMsgToEmailNode", make_to_email},
    named_maker{"mail.TbSendEmailNode", make_send_email},
    named_maker{"math.TbMathNode", make_math},
    named_maker{"metadata.CalculateDeltaNode", make_calculate_delta},
    named_maker{"metadata.TbGetAttributesNode", make_originator_attributes},
    named_maker{"metadata.TbGetCustomerAttributeNode", make_customer_data},
    named_maker{"metadata.TbGetDeviceAttrNode", make_related_device},
    named_maker{"metadata.TbGetOriginatorFieldsNode", make_originator_fields},
    named_maker{"metadata.TbGetRelatedAttributeNode", make_related_data},
    named_maker{"metadata.TbGetTelemetryNode", make_telemetry_fetch},
    named_maker{"metadata.TbGetTenantAttributeNode", make_tenant_data},
    named_maker{"profile.TbDeviceProfileNode", make_device_profile},
    named_maker{"rest.TbRestApiCallNode", make_rest_call},
    named_maker{"rpc.TbSendRPCReplyNode", make_rpc_reply},
    named_maker{"rpc.TbSendRPCRequestNode", make_rpc_request},
    named_maker{"telemetry.TbMsgAttributesNode", make_save_attributes},
    named_maker{"telemetry.TbMsgDeleteAttributesNode", make_delete_attributes},
    named_maker{"telemetry.TbMsgTimeseriesNode", make_save_telemetry},
    named_maker{"transform.TbChangeOriginatorNode", make_change_originator},
    named_maker{"transform.TbCopyKeysNode", make_copy_keys},
    named_maker{"transform.TbDeleteKeysNode", make_delete_keys},
    named_maker{"transform.TbJsonPathNode", make_json_path_transform},
    named_maker{"transform.TbRenameKeysNode", make_rename_keys},
    named_maker{"transform.TbSplitArrayMsgNode", make_split_array},
    named_maker{"transform.TbTransformMsgNode", make_script_transform},
};

static_assert(std::is_sorted(makers.begin(), makers.end(),
                             [](const auto& a, const auto& b) { return a.first < b.first; }));

constexpr bool by_name(const named_maker& one, std::string_view name) {
  return one.first < name;
}

// The classes that are known are those that can be made, and the two that the engine runs itself.
static_assert(makers.size() + 2 == node_classes.size());
static_assert(std::ranges::all_of(makers, [](const named_maker& one) {
  return std::ranges::binary_search(node_classes, one.first, {}, &node_class::name);
}));

} // namespace

std::string_view short_class(std::string_view full) noexcept {
  return full.starts_with(node_class_package) ? full.substr(node_class_package.size()) : full;
}

node_maker find_node_maker(std::string_view short_name) noexcept {
  const auto found = std::lower_bound(makers.begin(), makers.end(), short_name, by_name);
  return found != makers.end() && found->first == short_name ? found->second : nullptr;
}

} // namespace muster
