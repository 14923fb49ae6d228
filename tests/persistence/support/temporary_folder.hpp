#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace muster::test {

/// A disk in memory where there is one: a sync costs nothing there, and no test here loses its
/// machine's power.
inline std::filesystem::path quick_disk() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
}

/// A new empty folder, removed at the end.
class temporary_folder {
public:
  explicit temporary_folder(const std::filesystem::path& below = quick_disk()) {
    std::string name = (below / "muster-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  const std::string& path() const { return path_; }

private:
  std::string path_;
};

} // namespace muster::test
