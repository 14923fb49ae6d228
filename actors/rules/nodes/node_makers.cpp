#include "actors/rules/nodes/node_makers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace muster {

namespace {

using named_maker = std::pair<std::string_view, node_maker>;

/// In the order of the names.
constexpr std::array makers{
    named_maker{"action.TbLogNode", make_log},
    named_maker{"filter.TbCheckMessageNode", make_check_fields},
    named_maker{"filter.TbJsFilterNode", make_script_filter},
    named_maker{"filter.TbJsSwitchNode", make_script_switch},
    named_maker{"filter.TbMsgTypeFilterNode", make_message_type_filter},
    named_maker{"filter.TbMsgTypeSwitchNode", make_message_type_switch},
    named_maker{"flow.TbAckNode", make_acknowledge},
    named_maker{"rpc.TbSendRPCReplyNode", make_rpc_reply},
    named_maker{"rpc.TbSendRPCRequestNode", make_rpc_request},
    named_maker{"telemetry.TbMsgAttributesNode", make_save_attributes},
    named_maker{"telemetry.TbMsgDeleteAttributesNode", make_delete_attributes},
    named_maker{"telemetry.TbMsgTimeseriesNode", make_save_telemetry},
    named_maker{"transform.TbTransformMsgNode", make_script_transform},
};

constexpr bool by_name(const named_maker& one, std::string_view name) {
  return one.first < name;
}

} // namespace

std::string_view short_class(std::string_view full) noexcept {
  constexpr std::string_view package = "org.thingsboard.rule.engine.";
  return full.starts_with(package) ? full.substr(package.size()) : full;
}

node_maker find_node_maker(std::string_view short_name) noexcept {
  const auto found = std::lower_bound(makers.begin(), makers.end(), short_name, by_name);
  return found != makers.end() && found->first == short_name ? found->second : nullptr;
}

} // namespace muster
