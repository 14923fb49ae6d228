#pragma once

#include "persistence/store/store.hpp"
#include "tests/persistence/conformance/script.hpp"

namespace muster::test {

/// Compares every answer about alarms with the model's.
void check_alarms(persistence::store& given, const model& expected, const world& where,
                  tape& choices, timestamp now);

} // namespace muster::test
