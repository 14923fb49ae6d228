#pragma once

#include "actors/rules/engine/chain_node.hpp"

#include <string_view>

namespace muster {

/// What follows `org.thingsboard.rule.engine.`, as `filter.TbJsFilterNode`; the whole name when it
/// does not begin so.
std::string_view short_class(std::string_view full) noexcept;

/// Null: there is no such class here.
node_maker find_node_maker(std::string_view short_name) noexcept;

// One file each, of the same name.
result<std::unique_ptr<chain_node>> make_assign_customer(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_calculate_delta(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_change_originator(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_check_alarm_status(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_check_fields(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_check_relation(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_clear_alarm(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_copy_keys(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_create_alarm(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_deduplication(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_delay(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_delete_attributes(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_delete_keys(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_device_type_switch(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_generator(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_json_path_transform(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_log(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_math(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_message_type_filter(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_message_type_switch(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_originator_attributes(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_originator_fields(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_originator_type_filter(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_originator_type_switch(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_device_profile(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_pass_on(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_related_device(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_rename_keys(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_rest_call(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_rpc_reply(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_rpc_request(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_save_attributes(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_save_telemetry(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_script_filter(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_script_switch(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_script_transform(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_send_email(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_split_array(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_telemetry_fetch(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_to_email(const node_settings& settings);
// In assign_customer.cpp and entity_data.cpp.
result<std::unique_ptr<chain_node>> make_unassign_customer(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_customer_data(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_tenant_data(const node_settings& settings);
result<std::unique_ptr<chain_node>> make_related_data(const node_settings& settings);

} // namespace muster
