#pragma once

#include <CLI/App.hpp>

namespace muster::inspect {

/// Adds the commands that ask a running node. Sets `status` to the exit status when one has run.
void add_node_commands(CLI::App& to, int& status);

} // namespace muster::inspect
