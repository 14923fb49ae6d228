#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "http/server/response.hpp"

#include <string_view>

namespace muster::http {

/// The one table from errors to HTTP statuses, as the device API uses it. The application API
/// differs where its own table says so.
[[nodiscard]] int status_of(error_code code) noexcept;

/// The device API's answer to an error: empty for 401 and 408, else the error JSON; `Retry-After`
/// with 429 and 503; the end of the connection when the node is stopping.
[[nodiscard]] response device_error(const error& what, timestamp now);

/// The error JSON with an errorCode of one's own: `{"status","message","errorCode","timestamp"}`.
[[nodiscard]] response error_json(int status, std::string_view message, int error_code,
                                  timestamp now);

/// 429 with the time to wait, in whole seconds.
[[nodiscard]] response rate_limited(milliseconds wait, timestamp now);

/// Adds what goes with 429 and 503, and ends the connection of a stopping node.
void add_retry(response& answer, error_code code);

} // namespace muster::http
