#pragma once

#include "actors/model/entity.hpp"
#include "http/rest_api/body.hpp"

#include <cstdint>
#include <optional>

namespace muster::http::rest {

/// A device profile as an application wrote it.
struct profile_body {
  /// Absent: create it.
  std::optional<profile_id> id;
  /// Tenant, creation time and version are not filled in.
  device_profile profile;
  std::optional<std::uint64_t> version;
};

/// Members that are absent get their defaults. Errors are `invalid`.
[[nodiscard]] result<profile_body> read_profile_body(const body_members& body);

} // namespace muster::http::rest
