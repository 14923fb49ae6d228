#pragma once

#include "actors/model/entity.hpp"
#include "http/api/device_credentials.hpp"
#include "http/rest_api/body.hpp"

#include <cstdint>
#include <optional>

namespace muster::http::rest {

/// A device as an application wrote it.
struct device_body {
  /// Absent: create it.
  std::optional<device_id> id;
  /// What the body says; identifiers, tenant, profile and version are not filled in.
  device_info info;
  std::optional<profile_id> profile;
  std::optional<std::uint64_t> version;
};

/// Members that are absent get their defaults. Errors are `invalid`.
[[nodiscard]] result<device_body> read_device_body(const body_members& body);

/// Credentials as an application wrote them, their own identifier and version left out. For X.509
/// and MQTT the credentials' id is the SHA3-256 of what identifies the device, whatever the body
/// says.
[[nodiscard]] result<credentials> read_credentials_body(const body_members& body);

} // namespace muster::http::rest
