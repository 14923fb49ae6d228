#pragma once

#include <span>
#include <string_view>

namespace muster {

// Types of messages that the server makes itself (reference rules, section 1).
namespace message_types {
inline constexpr std::string_view post_telemetry = "POST_TELEMETRY_REQUEST";
inline constexpr std::string_view post_attributes = "POST_ATTRIBUTES_REQUEST";
inline constexpr std::string_view rpc_from_device = "TO_SERVER_RPC_REQUEST";
inline constexpr std::string_view rpc_to_device = "RPC_CALL_FROM_SERVER_TO_DEVICE";
inline constexpr std::string_view attributes_updated = "ATTRIBUTES_UPDATED";
inline constexpr std::string_view attributes_deleted = "ATTRIBUTES_DELETED";
inline constexpr std::string_view timeseries_updated = "TIMESERIES_UPDATED";
inline constexpr std::string_view timeseries_deleted = "TIMESERIES_DELETED";
inline constexpr std::string_view rpc_deleted = "RPC_DELETED";
inline constexpr std::string_view activity = "ACTIVITY_EVENT";
inline constexpr std::string_view inactivity = "INACTIVITY_EVENT";
inline constexpr std::string_view entity_created = "ENTITY_CREATED";
inline constexpr std::string_view entity_updated = "ENTITY_UPDATED";
inline constexpr std::string_view entity_deleted = "ENTITY_DELETED";
inline constexpr std::string_view entity_assigned = "ENTITY_ASSIGNED";
inline constexpr std::string_view entity_unassigned = "ENTITY_UNASSIGNED";
inline constexpr std::string_view provision_success = "PROVISION_SUCCESS";
inline constexpr std::string_view provision_failure = "PROVISION_FAILURE";
inline constexpr std::string_view relation_saved = "RELATION_ADD_OR_UPDATE";
inline constexpr std::string_view relation_deleted = "RELATION_DELETED";
inline constexpr std::string_view relations_deleted = "RELATIONS_DELETED";
inline constexpr std::string_view comment_created = "COMMENT_CREATED";
inline constexpr std::string_view comment_updated = "COMMENT_UPDATED";
/// What the nodes that work on alarms send on.
inline constexpr std::string_view alarm = "ALARM";
inline constexpr std::string_view alarm_created = "ALARM_CREATED";
inline constexpr std::string_view alarm_updated = "ALARM_UPDATED";
inline constexpr std::string_view alarm_severity_updated = "ALARM_SEVERITY_UPDATED";
inline constexpr std::string_view alarm_acknowledged = "ALARM_ACK";
inline constexpr std::string_view alarm_cleared = "ALARM_CLEAR";
inline constexpr std::string_view alarm_assigned = "ALARM_ASSIGNED";
inline constexpr std::string_view alarm_unassigned = "ALARM_UNASSIGNED";
inline constexpr std::string_view alarm_deleted = "ALARM_DELETE";
} // namespace message_types

/// The relation along which the message type switch sends a message of that type: `Other` for one
/// that it does not know.
std::string_view message_type_label(std::string_view type) noexcept;

/// What the server makes of a device besides its telemetry, attributes and RPCs: what chains are
/// told of what happened.
std::span<const std::string_view> event_types() noexcept;

} // namespace muster
