#pragma once

#include <string_view>

namespace muster {

/// Of the program.
inline constexpr std::string_view program_version = "0.1.0";

} // namespace muster
