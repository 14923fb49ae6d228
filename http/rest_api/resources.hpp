#pragma once

#include "http/api/router.hpp"
#include "http/rest_api/routes.hpp"

namespace muster::http::rest {

// One function a resource, each in the file of its name.

void add_auth_routes(router& to, rest_api& api);
void add_device_routes(router& to, rest_api& api);
void add_device_read_routes(router& to, rest_api& api);
void add_device_list_routes(router& to, rest_api& api);
void add_credentials_routes(router& to, rest_api& api);
void add_attribute_routes(router& to, rest_api& api);
void add_telemetry_routes(router& to, rest_api& api);
void add_history_routes(router& to, rest_api& api);
void add_rpc_v1_routes(router& to, rest_api& api);
void add_rpc_v2_routes(router& to, rest_api& api);
void add_persistent_rpc_routes(router& to, rest_api& api);
void add_package_routes(router& to, rest_api& api);
void add_package_upload_routes(router& to, rest_api& api);
void add_package_rollout_routes(router& to, rest_api& api);
void add_profile_routes(router& to, rest_api& api);
void add_profile_read_routes(router& to, rest_api& api);
void add_customer_routes(router& to, rest_api& api);
void add_tenant_routes(router& to, rest_api& api);
void add_user_routes(router& to, rest_api& api);
void add_activation_routes(router& to, rest_api& api);
void add_audit_routes(router& to, rest_api& api);
void add_device_info_routes(router& to, rest_api& api);
void add_device_owner_routes(router& to, rest_api& api);
void add_claim_routes(router& to, rest_api& api);
void add_connectivity_routes(router& to, rest_api& api);
void add_cluster_routes(router& to, rest_api& api);
void add_inspection_routes(router& to, rest_api& api);
void add_rule_chain_routes(router& to, rest_api& api);
void add_calculated_field_routes(router& to, rest_api& api);
void add_rule_graph_routes(router& to, rest_api& api);
void add_rule_chain_file_routes(router& to, rest_api& api);
void add_script_test_routes(router& to, rest_api& api);
void add_rule_event_routes(router& to, rest_api& api);
void add_relation_routes(router& to, rest_api& api);
void add_alarm_routes(router& to, rest_api& api);
void add_alarm_list_routes(router& to, rest_api& api);
void add_alarm_comment_routes(router& to, rest_api& api);

} // namespace muster::http::rest
