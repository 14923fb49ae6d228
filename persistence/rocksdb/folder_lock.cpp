#include "persistence/rocksdb/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace muster::persistence::rocks {

result<folder_lock> folder_lock::acquire(const std::string& folder) {
  std::error_code failure;
  const bool made = std::filesystem::create_directories(folder, failure);
  if (made && !failure) {
    // Keys, password hashes and tokens lie in it. Whoever made the folder before has chosen.
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failure);
  }
  if (failure) {
    return fail(error_code::storage_unavailable,
                "the data folder " + folder + " cannot be made: " + failure.message());
  }
  const std::string path = folder + "/lock";
  const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(error_code::storage_unavailable,
                path + " cannot be opened: " + std::strerror(errno));
  }
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    ::close(file);
    return fail(error_code::storage_unavailable,
                "the data folder " + folder + " is in use by another process");
  }
  return folder_lock(file);
}

folder_lock::folder_lock(folder_lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

folder_lock::~folder_lock() {
  if (file_ >= 0) {
    ::close(file_);
  }
}

} // namespace muster::persistence::rocks
