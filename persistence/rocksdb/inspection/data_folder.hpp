#pragma once

#include "actors/model/error.hpp"
#include "actors/model/uuid.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::persistence {

namespace rocks {
class database;
class folder_lock;
} // namespace rocks

/// What a part of the store takes.
struct stored_size {
  std::string name;
  /// On disk, compressed, without what is in the journal only.
  std::uint64_t bytes = 0;
};

/// The store of a data folder that no node uses, or of a backup: opened to be read, nothing is
/// written. Thread-safe. All members block on the disk.
class data_folder {
public:
  /// Refused, with a message for people: a folder that a process uses, one without a store, a store
  /// of another format.
  static result<std::unique_ptr<data_folder>> open(const std::string& path);
  ~data_folder();

  /// Names of the families: `devices`, `timeseries`, `due`, `directory`.
  static const std::vector<std::string>& families();

  /// Visits rows whose keys begin so, in order, until `visit` returns false. Error: invalid for an
  /// unknown family.
  result<void> scan(std::string_view family, std::string_view prefix,
                    const std::function<bool(std::string_view key, std::string_view row)>& visit);
  /// nullopt: no such row.
  result<std::optional<std::string>> get(std::string_view family, std::string_view key);

  result<std::vector<stored_size>> sizes();
  /// Of the device's rows and of its history, roughly.
  result<std::vector<stored_size>> sizes(const device_id& device);

  const rocks::database& rows() const noexcept { return *rows_; }

private:
  data_folder(std::unique_ptr<rocks::folder_lock> lock, std::shared_ptr<rocks::database> rows);

  std::unique_ptr<rocks::folder_lock> lock_;
  std::shared_ptr<rocks::database> rows_;
};

} // namespace muster::persistence
