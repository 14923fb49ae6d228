#pragma once

#include "actors/model/entity.hpp"
#include "http/rest_api/body.hpp"

namespace muster::http::rest {

/// `profileData.muster`: what the server itself obeys of a profile. A codec that is not there, a
/// limit that cannot be read and a negative time are `invalid`.
[[nodiscard]] result<profile_rules> read_profile_rules(const body_members& body);

/// `additionalInfo.muster` of a tenant.
[[nodiscard]] result<tenant_limits> read_tenant_limits(const body_members& body);

} // namespace muster::http::rest
