#pragma once

#include "actors/model/error.hpp"
#include "actors/model/package.hpp"
#include "persistence/rocksdb/transfer/export_line.hpp"

#include <functional>
#include <string>

namespace muster::persistence {

/// Visits the bytes of a package of that data folder, piece by piece, once all of them were found
/// to be what its record says. Error: not_found; invalid for damaged bytes, of which nothing is
/// visited; that of `visit`. Blocks on the disk.
result<void> export_package(const std::string& folder, const package_info& package,
                            const std::function<result<void>(const exported_piece&)>& visit);

} // namespace muster::persistence
