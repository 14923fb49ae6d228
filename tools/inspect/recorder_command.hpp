#pragma once

#include "tools/inspect/command_adder.hpp"

namespace muster::inspect {

/// Adds `recorder`: what has happened lately on a running node, or before one crashed.
void add_recorder_command(command_adder& to);

} // namespace muster::inspect
