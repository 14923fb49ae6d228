#pragma once

#include "tests/persistence/conformance/script.hpp"

namespace muster::test {

/// Any page in the order of one of the properties.
page_link any_link(tape& choices, const std::vector<std::string>& properties);

/// Compares what a store says of profiles, tenants, customers, users, packages, audit log and jobs
/// with the model.
void check_entity_lists(persistence::store& given, const model& expected, const world& where,
                        tape& choices, timestamp now);

} // namespace muster::test
