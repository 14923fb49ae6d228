#pragma once

#include "tools/inspect/command_adder.hpp"

namespace muster::inspect {

/// Adds `debug`: what came into and went out of rule nodes whose authors debug them.
void add_debug_command(command_adder& to);

} // namespace muster::inspect
