#pragma once

#include "persistence/packages/package_folder.hpp"

#include <cstdint>

namespace muster::persistence {

/// Where the packages' bytes of all nodes are kept; a node's own folder then holds copies of what
/// it was asked for. Everything blocks; any thread.
class package_origin {
public:
  virtual ~package_origin() = default;

  /// Keeps the bytes durably; returns when they are. The same content may be kept twice, also at
  /// the same time.
  virtual result<void> keep(const content_digest& content, std::uint64_t size,
                            const package_file& bytes) = 0;
  /// Writes all bytes into `copy`; not_found when they are not kept, or not all of them.
  virtual result<void> fetch(const content_digest& content, incoming_package& copy) = 0;
  /// Removes what no record has named for a day.
  virtual result<void> clean() = 0;
};

} // namespace muster::persistence
