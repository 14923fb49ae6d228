#pragma once

#include "actors/inspection/flight_recorder.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>

namespace muster {

/// `{"events":[...]}`: the newest `most` of what the recorder holds, oldest first. `device`: only
/// that one's.
nlohmann::ordered_json describe_events(const flight_recorder& from,
                                       const std::optional<device_id>& device, std::size_t most);

} // namespace muster
