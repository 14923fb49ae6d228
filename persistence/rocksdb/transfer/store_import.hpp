#pragma once

#include "actors/model/error.hpp"
#include "persistence/rocksdb/transfer/import_report.hpp"

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <string>

namespace muster::persistence {

namespace rocks {
class staged_packages;
class staged_store;
} // namespace rocks

/// An export that was read into a copy of a data folder's store, and packages beside it: it takes
/// the store's place, or nothing has happened. Of one thread; everything blocks on the disk.
class store_import {
public:
  /// Makes the folder when it does not exist. `replace`: what is there already and differs gives
  /// way. `progress` is told the bytes of `from` that were read. Error, for people: a folder that a
  /// node uses, and what is wrong with the export, with the number of its line.
  static result<std::unique_ptr<store_import>>
  read(std::istream& from, const std::string& folder, bool replace,
       const std::function<void(std::uint64_t)>& progress);
  ~store_import();

  const import_report& report() const noexcept { return report_; }
  /// Once. Durable when it returns.
  result<void> put_in_place();

private:
  explicit store_import(std::unique_ptr<rocks::staged_store> into);

  std::unique_ptr<rocks::staged_store> into_;
  /// Ends before the store, which takes its folder along.
  std::unique_ptr<rocks::staged_packages> packages_;
  import_report report_;
};

} // namespace muster::persistence
