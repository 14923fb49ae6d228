#pragma once

#include "actors/model/entity.hpp"

#include <optional>
#include <string_view>

namespace muster::http::rest {

/// DEFAULT, MQTT, COAP, LWM2M, SNMP.
std::string_view transport_name(transport_type type) noexcept;
std::optional<transport_type> transport_from_name(std::string_view name) noexcept;

/// DISABLED, ALLOW_CREATE_NEW_DEVICES, ...
std::string_view strategy_name(provision_strategy strategy) noexcept;
std::optional<provision_strategy> strategy_from_name(std::string_view name) noexcept;

} // namespace muster::http::rest
