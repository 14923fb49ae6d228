#pragma once

#include <string>

namespace muster::inspect {

/// Whether the operator means it: by --yes, or by an answer at the terminal. Without a terminal the
/// question goes to standard error, with what would have answered it.
bool confirmed(bool yes, const std::string& question);

} // namespace muster::inspect
