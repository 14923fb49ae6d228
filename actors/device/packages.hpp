#pragma once

#include "actors/device/attribute_group.hpp"
#include "actors/device/latest_values.hpp"
#include "actors/model/command.hpp"
#include "persistence/store/mutation.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace muster {

// How a device learns of the package it should run (reference, section 9.1): by its shared
// attributes `fw_...` or `sw_...`, and by telemetry `target_..._...` and `..._state` for who
// watches.

/// Makes the shared attributes show the package, all of them as one change of that number, and
/// those the package has no value for deleted. False when they show it already; nothing is changed
/// then.
bool show_package(attribute_group& shared, package_type type,
                  const std::optional<package_info>& package, timestamp now, std::uint64_t change,
                  bool keep_tombstones);

/// Tells of the new target in the latest values and by two history rows: QUEUED, then INITIATED. A
/// snapshot of the latest values has to follow.
void tell_target(latest_values& latest, package_type type, const package_info& package,
                 timestamp now, std::vector<persistence::mutation>& out);

/// What goes with the rows of a device that is made, so that it knows its packages from the first
/// moment.
std::vector<persistence::mutation> packages_of_new_device(const target_packages& targets,
                                                          timestamp now);

} // namespace muster
