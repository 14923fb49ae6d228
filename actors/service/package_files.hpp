#pragma once

#include "actors/model/error.hpp"
#include "actors/model/package.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace muster {

/// A package's bytes, whole and durable.
struct uploaded_package {
  content_digest content{};
  std::uint64_t size = 0;
  /// By the algorithm asked for.
  std::string checksum;
  /// Keeps the bytes while no record names them: let go of it once put_package_content is answered.
  std::shared_ptr<void> hold;
};

/// The bytes of one package as they come in. Used by one thread, one call at a time: the next only
/// after `then` was called, which happens on another thread. Destroyed at any time, it leaves
/// nothing of what was not finished. Must not outlive the service.
class package_upload {
public:
  virtual ~package_upload() = default;

  /// storage_unavailable when the disk is full or nearly so.
  virtual void write(std::string bytes, std::function<void(result<void>)> then) = 0;
  /// Makes the bytes durable. invalid when `checksum`, if given, is not theirs by `algorithm`.
  virtual void finish(checksum_algorithm algorithm, std::optional<std::string> checksum,
                      std::function<void(result<uploaded_package>)> then) = 0;
};

/// Bytes of a package, and the open file they were read from when more of it is wanted.
struct package_piece {
  std::string bytes;
  std::shared_ptr<const void> file;
};

/// Which bytes of a package to read.
struct package_range {
  content_digest content{};
  std::uint64_t offset = 0;
  std::size_t size = 0;
  /// Of an earlier piece of the same content: stays readable when the package is deleted meanwhile.
  std::shared_ptr<const void> file = nullptr;
  /// Whether the piece brings its file, for more pieces.
  bool more = false;
};

/// The packages' bytes. No member blocks on the disk.
class package_files {
public:
  virtual ~package_files() = default;

  /// `expected`: the algorithm, as far as it is known before the bytes are.
  virtual std::unique_ptr<package_upload> receive(std::optional<checksum_algorithm> expected) = 0;
  /// `then` is called on another thread: not_found when there is no such content, overloaded when
  /// too many reads wait.
  virtual void read(package_range what, std::function<void(result<package_piece>)> then) = 0;
};

/// The same with the removal of what is not needed any more.
class package_keeper : public package_files {
public:
  /// Removes the bytes that no record names any more, some time later. Any thread.
  virtual void clean() = 0;
};

} // namespace muster
