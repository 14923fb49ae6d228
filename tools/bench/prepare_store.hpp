#pragma once

#include <cstddef>
#include <string>

namespace muster::bench {

/// Writes devices into the data folder of a node that is not running, through the store's own
/// contract: the rows are those of as many creations, without their waiting. The folder must have
/// been made by a node with `--demo`; the devices are the demo tenant's. Writes the fleet file.
/// Throws failure.
void prepare_store(const std::string& folder, std::size_t devices, const std::string& fleet_file);

} // namespace muster::bench
