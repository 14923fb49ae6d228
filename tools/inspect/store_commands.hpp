#pragma once

#include <CLI/App.hpp>

namespace muster::inspect {

/// Adds `store` and what is below it to the command line: what reads a data folder that no node
/// uses. Sets `status` to the exit status when one of them has run. Returns `store`.
CLI::App& add_store_commands(CLI::App& to, int& status);

} // namespace muster::inspect
