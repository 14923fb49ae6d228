#pragma once

#include "tools/inspect/command_adder.hpp"

namespace muster::inspect {

/// Adds `top`: the busiest devices, refreshed until it is ended.
void add_top_command(command_adder& to);

} // namespace muster::inspect
