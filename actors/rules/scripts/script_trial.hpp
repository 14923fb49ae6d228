#pragma once

#include "actors/model/query.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/time.hpp"

namespace muster {

class script_engine;

/// What a script makes of a message, for its author: a mistake is part of the answer. On a thread
/// that may run scripts, at most some milliseconds longer than the engine's limit.
script_outcome try_script(const test_script& what, script_engine& scripts, instant now);

} // namespace muster
