#include "persistence/rocksdb/transfer/staged_packages.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace muster::persistence::rocks {

namespace {

namespace fs = std::filesystem;

fs::path staged_file(const fs::path& data_folder, const std::string& name = {}) {
  return data_folder / "packages.importing" / name;
}

fs::path placed_file(const fs::path& data_folder, const std::string& name = {}) {
  return data_folder / "packages" / name;
}

tl::unexpected<error> bad_package(const std::string& name, const std::string& why) {
  return fail(error_code::invalid, "the package " + name + ": " + why);
}

/// What the folder of packages says of itself is for applications' users.
error not_written(const std::string& name, const error& why) {
  return {error_code::storage_unavailable,
          "the package " + name + " cannot be written" +
              (why.message.empty() ? std::string() : ": " + why.message)};
}

result<void> sync_folder(const fs::path& which) {
  const int opened = ::open(which.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = opened >= 0 && ::fsync(opened) == 0;
  const int problem = errno;
  if (opened >= 0) {
    ::close(opened);
  }
  return synced ? result<void>()
                : fail(error_code::storage_unavailable,
                       which.string() + ": " + std::strerror(problem));
}

} // namespace

staged_packages::staged_packages(const fs::path& data_folder) : folder_(data_folder) {
  std::error_code ignored;
  fs::remove_all(staged_file(folder_), ignored);
}

staged_packages::~staged_packages() {
  present_.reset();
  std::error_code ignored;
  fs::remove_all(staged_file(folder_), ignored);
}

bool staged_packages::has(const fs::path& data_folder, const std::string& name) {
  std::error_code ignored;
  return fs::exists(placed_file(data_folder, name), ignored) ||
         fs::exists(staged_file(data_folder, name), ignored);
}

result<void> staged_packages::add(const exported_piece& piece) {
  if (piece.at == 0) {
    if (auto begun = finish().and_then([&] { return begin(piece); }); !begun) {
      return begun;
    }
  } else if (!present_ || piece.package != present_name_ || piece.at != received_) {
    return bad_package(piece.package, "a piece before this one is missing");
  }
  if (auto written = present_->write(piece.bytes); !written) {
    return tl::unexpected(not_written(piece.package, written.error()));
  }
  received_ += piece.bytes.size();
  return received_ < piece.size ? result<void>() : end(piece.package);
}

result<void> staged_packages::begin(const exported_piece& piece) {
  if (!files_) {
    auto opened = package_folder::open(staged_file(folder_).string(), 0);
    if (!opened) {
      return tl::unexpected(std::move(opened.error()));
    }
    files_ = std::move(*opened);
  }
  auto made = files_->receive();
  if (!made) {
    return tl::unexpected(not_written(piece.package, made.error()));
  }
  present_ = std::move(*made);
  present_name_ = piece.package;
  received_ = 0;
  return {};
}

result<void> staged_packages::end(const std::string& name) {
  const auto whole = present_->finish(checksum_algorithm::sha256, name);
  present_.reset();
  if (!whole) {
    return whole.error().code == error_code::invalid
               ? bad_package(name, "its bytes are damaged: their SHA-256 is another one")
               : tl::unexpected(not_written(name, whole.error()));
  }
  names_.push_back(name);
  return {};
}

result<void> staged_packages::finish() const {
  return present_ ? bad_package(present_name_, "its last pieces are missing") : result<void>();
}

result<void> staged_packages::put_in_place() {
  if (names_.empty()) {
    return {};
  }
  std::error_code problem;
  fs::create_directories(placed_file(folder_), problem);
  for (const auto& name : names_) {
    if (!problem) {
      fs::rename(staged_file(folder_, name), placed_file(folder_, name), problem);
    }
  }
  if (problem) {
    return fail(error_code::storage_unavailable,
                "the packages cannot be put in place: " + problem.message());
  }
  return sync_folder(placed_file(folder_)).and_then([&] { return sync_folder(folder_); });
}

} // namespace muster::persistence::rocks
