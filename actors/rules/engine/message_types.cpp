#include "actors/rules/engine/message_types.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace muster {

namespace {

using labelled = std::pair<std::string_view, std::string_view>;

/// In the order of the types.
constexpr std::array labels{
    labelled{"ACTIVITY_EVENT", "Activity Event"},
    labelled{"ALARM", "Alarm"},
    labelled{"ALARM_ACK", "Alarm Acknowledged"},
    labelled{"ALARM_ASSIGNED", "Alarm Assigned"},
    labelled{"ALARM_CLEAR", "Alarm Cleared"},
    labelled{"ALARM_CREATED", "Alarm Created"},
    labelled{"ALARM_SEVERITY_UPDATED", "Alarm Severity Updated"},
    labelled{"ALARM_UNASSIGNED", "Alarm Unassigned"},
    labelled{"ALARM_UPDATED", "Alarm Updated"},
    labelled{"ATTRIBUTES_DELETED", "Attributes Deleted"},
    labelled{"ATTRIBUTES_UPDATED", "Attributes Updated"},
    labelled{"COMMENT_CREATED", "Comment Created"},
    labelled{"COMMENT_UPDATED", "Comment Updated"},
    labelled{"CONNECT_EVENT", "Connect Event"},
    labelled{"DISCONNECT_EVENT", "Disconnect Event"},
    labelled{"ENTITY_ASSIGNED", "Entity Assigned"},
    labelled{"ENTITY_CREATED", "Entity Created"},
    labelled{"ENTITY_DELETED", "Entity Deleted"},
    labelled{"ENTITY_UNASSIGNED", "Entity Unassigned"},
    labelled{"ENTITY_UPDATED", "Entity Updated"},
    labelled{"INACTIVITY_EVENT", "Inactivity Event"},
    labelled{"POST_ATTRIBUTES_REQUEST", "Post attributes"},
    labelled{"POST_TELEMETRY_REQUEST", "Post telemetry"},
    labelled{"RELATIONS_DELETED", "All Relations Deleted"},
    labelled{"RELATION_ADD_OR_UPDATE", "Relation Added or Updated"},
    labelled{"RELATION_DELETED", "Relation Deleted"},
    labelled{"REST_API_REQUEST", "REST API request"},
    labelled{"RPC_CALL_FROM_SERVER_TO_DEVICE", "RPC Request to Device"},
    labelled{"RPC_DELETED", "RPC Deleted"},
    labelled{"RPC_DELIVERED", "RPC Delivered"},
    labelled{"RPC_EXPIRED", "RPC Expired"},
    labelled{"RPC_FAILED", "RPC Failed"},
    labelled{"RPC_QUEUED", "RPC Queued"},
    labelled{"RPC_SENT", "RPC Sent"},
    labelled{"RPC_SUCCESSFUL", "RPC Successful"},
    labelled{"RPC_TIMEOUT", "RPC Timeout"},
    labelled{"TIMESERIES_DELETED", "Timeseries Deleted"},
    labelled{"TIMESERIES_UPDATED", "Timeseries Updated"},
    labelled{"TO_SERVER_RPC_REQUEST", "RPC Request from Device"},
};
static_assert(std::is_sorted(labels.begin(), labels.end()));

} // namespace

std::span<const std::string_view> event_types() noexcept {
  static constexpr std::array events{message_types::activity,
                                     message_types::inactivity,
                                     message_types::attributes_updated,
                                     message_types::attributes_deleted,
                                     message_types::timeseries_updated,
                                     message_types::timeseries_deleted,
                                     std::string_view("RPC_QUEUED"),
                                     std::string_view("RPC_DELIVERED"),
                                     std::string_view("RPC_SUCCESSFUL"),
                                     std::string_view("RPC_EXPIRED"),
                                     std::string_view("RPC_FAILED"),
                                     message_types::rpc_deleted,
                                     message_types::entity_created,
                                     message_types::alarm_created,
                                     message_types::alarm_updated,
                                     message_types::alarm_severity_updated,
                                     message_types::entity_updated,
                                     message_types::entity_deleted,
                                     message_types::entity_assigned,
                                     message_types::entity_unassigned,
                                     message_types::provision_success,
                                     message_types::provision_failure,
                                     message_types::relation_saved,
                                     message_types::relation_deleted,
                                     message_types::relations_deleted,
                                     message_types::comment_created,
                                     message_types::comment_updated,
                                     message_types::alarm_acknowledged,
                                     message_types::alarm_cleared,
                                     message_types::alarm_assigned,
                                     message_types::alarm_unassigned,
                                     message_types::alarm_deleted};
  return events;
}

std::string_view message_type_label(std::string_view type) noexcept {
  const auto found = std::lower_bound(labels.begin(), labels.end(), labelled{type, {}});
  return found != labels.end() && found->first == type ? found->second : "Other";
}

} // namespace muster
