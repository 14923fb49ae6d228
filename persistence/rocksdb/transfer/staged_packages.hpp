#pragma once

#include "actors/model/error.hpp"
#include "persistence/packages/package_folder.hpp"
#include "persistence/rocksdb/transfer/export_line.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace muster::persistence::rocks {

/// The bytes of packages that an import brings: in a folder beside `packages` until they are put in
/// place, or are gone. The data folder is nobody else's while this lives. Of one thread; everything
/// blocks on the disk.
class staged_packages {
public:
  /// Removes what a killed import has left.
  explicit staged_packages(const std::filesystem::path& data_folder);
  ~staged_packages();
  staged_packages(const staged_packages&) = delete;
  staged_packages& operator=(const staged_packages&) = delete;

  /// Each package's pieces one behind the other. Error: invalid, for people, for a piece that is
  /// missing or damaged; storage_unavailable.
  result<void> add(const exported_piece& piece);
  /// After the last of them. Error: invalid, for pieces that are missing.
  result<void> finish() const;
  /// Whole packages.
  std::size_t count() const noexcept { return names_.size(); }

  /// Once, before the rows that name them: a file that no row names is removed by the node.
  result<void> put_in_place();

  /// Whether the bytes are in place, or will be.
  static bool has(const std::filesystem::path& data_folder, const std::string& name);

private:
  result<void> begin(const exported_piece& piece);
  result<void> end(const std::string& name);

  const std::filesystem::path folder_;
  std::unique_ptr<package_folder> files_;
  std::vector<std::string> names_;
  /// Null: all packages that were begun are whole.
  std::unique_ptr<incoming_package> present_;
  std::string present_name_;
  std::uint64_t received_ = 0;
};

} // namespace muster::persistence::rocks
