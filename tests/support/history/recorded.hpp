#pragma once

#include <iosfwd>

namespace muster::test {

/// Checks a recorded history of any number of registers; README.md has its form. Prints what was
/// found. 0: it is linearizable, 1: it is not, 2: it cannot be read.
int check_recorded(std::istream& lines, std::ostream& findings);

} // namespace muster::test
