#pragma once

#include "actors/rules/scripts/script.hpp"

#include <string>
#include <string_view>

namespace muster {

/// JavaScript has doubles only: 9007199254740993 comes back as 9007199254740992, and 42.0 as 42.
/// Returns `returned`, what a script of that kind gave for `msg`, with the original's text of each
/// number that is at the place where it was and is equal as a double. Both are valid JSON.
std::string with_kept_numbers(script_kind kind, std::string returned, std::string_view msg);

} // namespace muster
