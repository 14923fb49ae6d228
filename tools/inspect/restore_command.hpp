#pragma once

#include <CLI/App.hpp>

namespace muster::inspect {

/// Adds `restore`, which makes a data folder of a backup.
void add_restore_command(CLI::App& to, int& status);

} // namespace muster::inspect
