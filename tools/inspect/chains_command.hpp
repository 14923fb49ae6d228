#pragma once

#include "tools/inspect/command_adder.hpp"

namespace muster::inspect {

/// Adds `chains`: what passes the nodes of rule chains, and what each costs.
void add_chains_command(command_adder& to);

} // namespace muster::inspect
