#pragma once

#include "actors/model/error.hpp"
#include "persistence/store/store.hpp"

#include <cstdint>
#include <string>

namespace muster {

struct backup_summary {
  std::uint64_t packages = 0;
  milliseconds took = 0;
};

/// Writes a consistent copy of the running node's data to a new folder: the rows at one moment, and
/// every package that they name; files are linked where the file system can do that. Such a folder
/// is a data folder. Half a backup never has the folder's name. Blocks for long. Error: invalid for
/// a folder that is there, or whose parent is not.
result<backup_summary> write_backup(persistence::store& rows, const clock_source& clock,
                                    const std::string& data_folder, const std::string& to);

} // namespace muster
