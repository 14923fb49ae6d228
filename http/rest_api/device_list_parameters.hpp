#pragma once

#include "actors/model/query.hpp"
#include "http/api/query.hpp"

namespace muster::http::rest {

/// A page of devices, `type`, `deviceProfileId` and `active`; the caller is not filled in.
[[nodiscard]] result<list_devices> read_device_list(const query_parameters& query);

} // namespace muster::http::rest
