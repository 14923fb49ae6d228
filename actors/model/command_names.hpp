#pragma once

#include "actors/model/command.hpp"

#include <string_view>

namespace muster {

/// As its type is called: `save_telemetry`.
std::string_view name_of(const command_body& what) noexcept;

} // namespace muster
