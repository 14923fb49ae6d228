#pragma once

#include "actors/model/entity.hpp"
#include "actors/model/package.hpp"

#include <string>
#include <string_view>

namespace muster::persistence::postgres {

// Unique things as texts, for what a batch must remember of them: a letter for the kind, then its
// parts. Never stored.
namespace unique_key {

std::string device(const device_id& id);
std::string device_name(const tenant_id& tenant, std::string_view name);
std::string token(std::string_view credentials_id);
/// In any case.
std::string email(std::string_view email);
std::string activation(std::string_view token);
std::string profile_name(const tenant_id& tenant, std::string_view name);
std::string provision_key(std::string_view key);
std::string tenant_title(std::string_view title);
std::string customer_title(const tenant_id& tenant, std::string_view title);
std::string package_name(const tenant_id& tenant, std::string_view title, std::string_view release);
std::string root_chain(const tenant_id& tenant);
std::string setting(std::string_view name);

} // namespace unique_key

/// SHA-256.
std::string token_digest(std::string_view credentials_id);

} // namespace muster::persistence::postgres
