#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace muster {

/// Between them the milliseconds of the crash.
inline constexpr std::string_view crash_file_start = "crash-";
inline constexpr std::string_view crash_file_end = ".jsonl";

/// The files that crashes have left in a data folder, the oldest first. Blocks on the disk.
inline std::vector<std::string> crash_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& one : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = one.path().filename().string();
    if (name.starts_with(crash_file_start) && name.ends_with(crash_file_end)) {
      files.push_back(one.path().string());
    }
  }
  // Their times have the same number of digits for some centuries.
  std::sort(files.begin(), files.end());
  return files;
}

} // namespace muster
