#pragma once

#include <jsapi.h>

#include <string>

namespace muster {

/// Takes the pending exception of the context and says in a line what it is and, for an error, at
/// which line and column of the script's body. Runs no code of the script. Empty when nothing is
/// pending: the call was interrupted.
std::string take_exception(JSContext* context);

} // namespace muster
