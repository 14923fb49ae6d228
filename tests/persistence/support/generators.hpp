#pragma once

#include "persistence/encoding/rows.hpp"

#include <rapidcheck.h>

namespace muster::test {

rc::Gen<timestamp> any_time();
rc::Gen<uuid> any_uuid();
rc::Gen<value> any_value();
rc::Gen<std::vector<key_value>> any_values();
rc::Gen<device_info> any_device_info();
rc::Gen<credentials> any_credentials();
rc::Gen<persistence::put_counters> any_counters();
rc::Gen<persistence::attribute_row> any_attribute_row();
rc::Gen<persistence::put_latest> any_latest();
rc::Gen<persistence::rpc_row> any_rpc_row();
rc::Gen<user> any_user();
rc::Gen<tenant> any_tenant();
rc::Gen<customer> any_customer();
rc::Gen<device_profile> any_profile();
rc::Gen<package_info> any_package();
rc::Gen<audit_entry> any_audit();
rc::Gen<job> any_job();
rc::Gen<rule_chain> any_rule_chain();
rc::Gen<relation> any_relation();
rc::Gen<rule_event> any_rule_event();
rc::Gen<attribute> any_attribute();
rc::Gen<alarm> any_alarm();
rc::Gen<alarm_comment> any_alarm_comment();
rc::Gen<persistence::token_owner> any_owner();
rc::Gen<persistence::put_revocation> any_revocation();

} // namespace muster::test
