#pragma once

namespace muster::inspect {

/// What the program ends with.
enum exit_status : int { fine = 0, failed = 1, problems_found = 3 };

} // namespace muster::inspect
