#pragma once

#include "actors/model/audit.hpp"
#include "actors/model/entity.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace muster::http::rest {

// What administrators work with, as the application API shows it (reference REST, sections 5 and
// 8): members in a fixed order, absent ones null. Each function appends one JSON object.

void append_profile(std::string& out, const device_profile& profile);
/// What customers' users may see of it: no secrets.
void append_profile_info(std::string& out, const device_profile& profile);
void append_customer(std::string& out, const customer& owner);
void append_tenant(std::string& out, const tenant& owner);
void append_audit_entry(std::string& out, const audit_entry& entry);

/// DEVICE, DEVICE_PROFILE, ...
std::string_view entity_type_name(entity_type type) noexcept;
std::optional<entity_type> entity_type_from_name(std::string_view name) noexcept;

/// ADDED, UPDATED, ...
std::string_view audit_action_name(audit_action action) noexcept;
std::optional<audit_action> audit_action_from_name(std::string_view name) noexcept;

} // namespace muster::http::rest
