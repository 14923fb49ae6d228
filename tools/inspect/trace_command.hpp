#pragma once

#include "tools/inspect/command_adder.hpp"

namespace muster::inspect {

/// Adds `trace`: what a device does, as it happens.
void add_trace_command(command_adder& to);

} // namespace muster::inspect
