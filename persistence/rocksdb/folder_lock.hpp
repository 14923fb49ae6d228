#pragma once

#include "actors/model/error.hpp"

#include <string>

namespace muster::persistence::rocks {

/// The data folder is ours alone while this lives, also while the database is opened again. The
/// kernel lets go of it when the process ends, however it ends.
class folder_lock {
public:
  /// Makes the folder when it does not exist.
  static result<folder_lock> acquire(const std::string& folder);

  folder_lock(folder_lock&& other) noexcept;
  folder_lock& operator=(folder_lock&&) = delete;
  ~folder_lock();

private:
  explicit folder_lock(int file) noexcept : file_(file) {}

  int file_ = -1;
};

} // namespace muster::persistence::rocks
