#pragma once

#include <jsapi.h>

#include <string>

namespace muster {

/// What the body of a script is compiled as.
inline constexpr const char* script_file = "script";

/// The engine counts columns from 0 while it compiles and from 1 while it runs.
enum class first_column { compiling = 0, running = 1 };

/// Takes the pending exception of the context and says in a line what it is and, for an error, at
/// which line and column of the script's body. Runs no code of the script. Empty when nothing is
/// pending: the call was interrupted.
std::string take_exception(JSContext* context, first_column counted_from);

} // namespace muster
