#pragma once

#include "persistence/packages/package_origin.hpp"

#include <memory>
#include <string>

namespace muster::persistence {

struct package_bytes_options {
  /// libpq's connection string; several hosts may be named.
  std::string dsn;
  bool unsafe_single_copy = false;
};

/// Packages' bytes in rows of the common database, in one session of its own that is opened when it
/// is needed. The schema is there already (postgres_store makes it).
std::unique_ptr<package_origin> open_package_bytes(package_bytes_options options);

} // namespace muster::persistence
