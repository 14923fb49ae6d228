#pragma once

#include "actors/model/command.hpp"

#include <cstddef>
#include <string_view>

namespace muster {

/// As its type is called: `save_telemetry`.
std::string_view name_of(const command_body& what) noexcept;
/// The same by the place of the body's type among all. Safe in a signal's handler.
std::string_view command_name(std::size_t place) noexcept;

} // namespace muster
