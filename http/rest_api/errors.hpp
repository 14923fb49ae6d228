#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "http/server/response.hpp"

#include <optional>
#include <string_view>

namespace muster::http::rest {

/// The application API's own numbers for what went wrong (reference REST, 1.2).
enum class fault_code : int {
  general = 2,
  authentication = 10,
  token_expired = 11,
  permission = 20,
  bad_request = 31,
  not_found = 32,
  too_many_requests = 33,
  version_conflict = 35,
};

inline constexpr std::string_view no_permission =
    "You don't have permission to perform this operation!";
inline constexpr std::string_view no_such_item = "Requested item wasn't found!";
inline constexpr std::string_view no_such_device = "Device with requested id wasn't found!";

/// `{"status":...,"message":...,"errorCode":...,"timestamp":...}`; `now` is wall time.
[[nodiscard]] response fault(int status, fault_code code, std::string_view message, timestamp now);

/// The answer to an error of the rooms below, in the shape of most of the application API.
[[nodiscard]] response fault(const error& what, timestamp now);

/// The same in the shape of the telemetry and RPC endpoints: 400, 403 and 404 are plain text.
[[nodiscard]] response text_fault(const error& what, timestamp now);

/// 429 with Retry-After.
[[nodiscard]] response too_many_tries(milliseconds wait, timestamp now);

} // namespace muster::http::rest
