#pragma once

#include "actors/model/error.hpp"
#include "actors/model/package.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace muster::persistence {

class checksum;
class package_folder;

/// Keeps the file of a content that no record names yet from being removed. Its end may wait for a
/// clean-up.
class content_hold {
public:
  content_hold(package_folder& folder, const content_digest& content);
  content_hold(content_hold&& other) noexcept;
  content_hold& operator=(content_hold&&) = delete;
  ~content_hold();

private:
  package_folder* folder_;
  content_digest content_;
};

/// What became of the bytes of an upload.
struct stored_package {
  content_digest content{};
  std::uint64_t size = 0;
  /// By the algorithm asked for, as the wire shows it.
  std::string checksum;
  content_hold hold;
};

/// Bytes of a package that come in, in a file without a name of its own. What is not finished
/// leaves nothing behind. One thread at a time; must not outlive its folder.
class incoming_package {
public:
  incoming_package(package_folder& folder, std::string path, int file,
                   std::optional<checksum_algorithm> expected);
  ~incoming_package();
  incoming_package(const incoming_package&) = delete;
  incoming_package& operator=(const incoming_package&) = delete;

  /// Appends. storage_unavailable when the disk is full, or nearly so: then nothing of the file
  /// stays.
  result<void> write(std::string_view bytes);
  /// Makes the file durable under its name. `wanted`, when given, must be the checksum by
  /// `algorithm` (in any case), else invalid. Once.
  result<stored_package> finish(checksum_algorithm algorithm,
                                const std::optional<std::string>& wanted);

private:
  result<std::string> sum_by(checksum_algorithm algorithm);
  error failed(const char* doing);
  void drop();

  package_folder& folder_;
  std::string path_;
  int file_;
  std::uint64_t size_ = 0;
  std::uint64_t pushed_ = 0;
  std::unique_ptr<checksum> name_;
  std::optional<checksum_algorithm> expected_;
  /// By `expected_`, unless that is the name's algorithm.
  std::unique_ptr<checksum> sum_;
};

/// A package's bytes, open for reading: they stay readable when the package is deleted. Any thread.
class package_file {
public:
  explicit package_file(int file) : file_{file} {}
  ~package_file();
  package_file(const package_file&) = delete;
  package_file& operator=(const package_file&) = delete;

  /// Exactly these bytes; storage_unavailable when they are not there.
  [[nodiscard]] result<std::string> read(std::uint64_t offset, std::size_t size) const;

private:
  int file_;
};

/// The folder of the packages' bytes: a file each, named by the SHA-256 of its content in
/// hexadecimal digits. Everything here blocks on the disk; any thread.
class package_folder {
public:
  /// Makes the folder when it does not exist, and removes what interrupted uploads left there. When
  /// fewer than `min_free` bytes would stay free on the disk, uploads are refused.
  static result<std::unique_ptr<package_folder>> open(std::string path, std::uint64_t min_free);

  result<std::unique_ptr<incoming_package>>
  receive(std::optional<checksum_algorithm> expected = std::nullopt);
  /// not_found when there is no such file.
  result<std::unique_ptr<const package_file>> find(const content_digest& content);
  /// Removes the files that are neither held nor used.
  result<void> clean(const std::function<result<bool>(const content_digest&)>& used);

private:
  friend class content_hold;
  friend class incoming_package;

  package_folder(std::string path, std::uint64_t min_free)
      : path_{std::move(path)}, min_free_{min_free} {}

  [[nodiscard]] std::string path_of(const content_digest& content) const;
  [[nodiscard]] bool has_room(std::uint64_t bytes) const;
  result<void> sync() const;

  std::string path_;
  std::uint64_t min_free_;
  std::mutex mutex_;
  std::map<content_digest, int> held_;
};

} // namespace muster::persistence
