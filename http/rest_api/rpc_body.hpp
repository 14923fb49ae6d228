#pragma once

#include "actors/model/error.hpp"
#include "actors/model/rpc.hpp"
#include "actors/model/time.hpp"

#include <string_view>

namespace muster::http::rest {

/// An RPC as an application wrote it; `oneway` is left to the caller. Without `expirationTime` it
/// expires after `timeout` (10 s by default), but not before `min_timeout`; `now` is wall time.
/// Errors: `malformed` for what is no JSON object, `invalid` for what is wrong in it.
[[nodiscard]] result<rpc_request> read_rpc_body(std::string_view text, milliseconds min_timeout,
                                                timestamp now);

} // namespace muster::http::rest
