#pragma once

#include "tools/inspect/command_adder.hpp"

namespace muster::inspect {

/// Adds the commands that look again and again: `top`, `trace`.
void add_watching(command_adder& to);

} // namespace muster::inspect
