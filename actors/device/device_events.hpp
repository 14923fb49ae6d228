#pragma once

#include "actors/model/command.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/relation.hpp"
#include "actors/model/rpc.hpp"
#include "actors/rules/engine/rule_message.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace muster {

// Messages that tell a device's rule chain what has happened to the device (reference rules,
// section 1). Pure.

/// As applications read the device (reference REST, section 2), as far as chains ask for it.
nlohmann::json device_json(const device_info& device);

std::string_view status_name(rpc_status status) noexcept;
/// As applications read a persistent RPC (reference REST, section 5).
nlohmann::json rpc_json(const rpc_record& rpc, const device_info& device);

/// Who did it; null: the device or the server.
void add_user(const caller* who, message_metadata& to);

/// Of the device's name and type.
rule_message device_message(std::string_view type, message_data data, const device_info& device,
                            timestamp now);
/// The device was made, changed or given to somebody.
rule_message entity_event(std::string_view type, const device_info& device, const caller* who,
                          timestamp now);
/// What it asks with has no secrets in it.
rule_message provision_event(std::string_view type, const device_info& device, timestamp now);
/// The device is an end of the relation; null: of all it had.
rule_message relation_event(std::string_view type, const entity_ref& device, const relation* which,
                            const caller& who, timestamp now);

} // namespace muster
