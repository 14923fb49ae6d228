#pragma once

#include <CLI/App.hpp>

namespace muster::inspect {

/// Adds `export` and `import` below `store`. Sets `status` to the exit status when one has run.
void add_transfer_commands(CLI::App& store, int& status);

} // namespace muster::inspect
