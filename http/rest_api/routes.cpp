#include "http/rest_api/routes.hpp"

#include "http/openapi/routes.hpp"
#include "http/rest_api/resources.hpp"

namespace muster::http::rest {

void add_rest_routes(router& to, rest_api& api) {
  add_auth_routes(to, api);
  add_device_routes(to, api);
  add_device_read_routes(to, api);
  add_device_list_routes(to, api);
  add_credentials_routes(to, api);
  add_attribute_routes(to, api);
  add_telemetry_routes(to, api);
  add_history_routes(to, api);
  add_rpc_v1_routes(to, api);
  add_rpc_v2_routes(to, api);
  add_persistent_rpc_routes(to, api);
  add_package_routes(to, api);
  add_package_upload_routes(to, api);
  add_package_rollout_routes(to, api);
  add_profile_routes(to, api);
  add_profile_read_routes(to, api);
  add_customer_routes(to, api);
  add_tenant_routes(to, api);
  add_user_routes(to, api);
  add_activation_routes(to, api);
  add_audit_routes(to, api);
  add_device_info_routes(to, api);
  add_device_owner_routes(to, api);
  add_claim_routes(to, api);
  add_connectivity_routes(to, api);
  add_cluster_routes(to, api);
  add_rule_chain_routes(to, api);
  add_calculated_field_routes(to, api);
  add_rule_graph_routes(to, api);
  add_rule_chain_file_routes(to, api);
  add_script_test_routes(to, api);
  add_rule_event_routes(to, api);
  add_relation_routes(to, api);
  add_alarm_routes(to, api);
  add_alarm_list_routes(to, api);
  add_alarm_comment_routes(to, api);
  add_inspection_routes(to, api);
  add_openapi_routes(to);
}

} // namespace muster::http::rest
