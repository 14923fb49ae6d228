#pragma once

#include "actors/service/package_files.hpp"
#include "persistence/packages/package_folder.hpp"
#include "persistence/packages/package_origin.hpp"
#include "persistence/reader_pool/reader_pool.hpp"
#include "persistence/store/store.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace muster {

/// Packages in a folder of this machine, perhaps copies of what a cluster keeps. Uploads share one
/// thread, since the disk is what they wait for; reads have two, so that a long fsync holds up no
/// download; copies are fetched by one of its own, one after the other, since that takes long.
class local_packages final : public package_keeper {
public:
  /// `rows` outlives it. With an `origin`, which is where a cluster keeps the bytes, the folder
  /// holds copies.
  local_packages(std::unique_ptr<persistence::package_folder> folder, persistence::store& rows,
                 std::unique_ptr<persistence::package_origin> origin = nullptr);

  std::unique_ptr<package_upload> receive(std::optional<checksum_algorithm> expected) override;
  void read(package_range what, std::function<void(result<package_piece>)> then) override;
  void clean() override;

private:
  class upload;

  result<void> keep_at_origin(const persistence::stored_package& what);
  using piece_handler = std::function<void(result<package_piece>)>;

  void read_now(const package_range& what, const piece_handler& then);
  result<package_piece> read_from(std::unique_ptr<const persistence::package_file> fresh,
                                  const package_range& what);
  void fetch_first(const package_range& what, const piece_handler& then);
  result<void> fetch(const content_digest& content);
  void clean_now();

  std::unique_ptr<persistence::package_folder> folder_;
  persistence::store& rows_;
  std::unique_ptr<persistence::package_origin> origin_;
  // In this order, since what is fetched is read then.
  persistence::reader_pool reading_;
  persistence::reader_pool fetching_;
  persistence::reader_pool writing_;
};

} // namespace muster
