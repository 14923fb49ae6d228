#include "persistence/rocksdb/transfer/store_import.hpp"

#include "persistence/rocksdb/transfer/export_line.hpp"
#include "persistence/rocksdb/transfer/import_device.hpp"
#include "persistence/rocksdb/transfer/import_directory.hpp"
#include "persistence/rocksdb/transfer/import_surroundings.hpp"
#include "persistence/rocksdb/transfer/staged_packages.hpp"

#include <string_view>
#include <utility>

namespace muster::persistence {

namespace {

using rocks::import_batch;
using rocks::staged_packages;
using rocks::staged_store;

error refused(std::string why) {
  return {error_code::invalid, std::move(why)};
}

/// Takes the lines of an export one after the other.
class export_reader {
public:
  export_reader(staged_store& into, staged_packages& packages, bool replace, import_report& report)
      : report_(report), packages_(packages), batch_(into),
        directory_(into, batch_, replace, report), surroundings_(into, batch_, ids_, report),
        devices_(into, batch_, ids_, replace, report) {}

  result<void> take(std::string_view text) {
    return parse_export_line(text).and_then([&](const export_line& line) {
      return std::visit([&](const auto& one) { return take(one); }, line);
    });
  }

  result<void> finish() {
    if (!end_) {
      return tl::unexpected(refused(header_
                                        ? "the end of the export is missing: the file was cut short"
                                        : "it is no export"));
    }
    return batch_.flush();
  }

private:
  result<void> take(const export_header& header) {
    if (std::exchange(header_, header)) {
      return tl::unexpected(refused("an export begins inside of an export"));
    }
    if (!header.complete) {
      return tl::unexpected(refused("it was exported without --secrets: tokens, keys and hashes of "
                                    "passwords are missing, so it can only be read"));
    }
    return {};
  }

  result<void> take(const exported_row& row) {
    if (!header_ || end_) {
      return tl::unexpected(refused("a row outside of an export"));
    }
    ++rows_;
    if (header_->device && row.family != "directory" &&
        !row.key.starts_with(keys::view(keys::of_device(*header_->device)))) {
      return tl::unexpected(refused("a row of another device than the export is of"));
    }
    if (row.family == "timeseries") {
      return devices_.add_history(row.key, row.bytes);
    }
    const bool relation = row.family == "directory" && !row.key.empty() &&
                          row.key[0] == static_cast<char>(keys::directory_kind::relation);
    if (row.family == "directory" && header_->device) {
      return relation ? surroundings_.add_relation(row.bytes)
                      : surroundings_.add(row.key, row.bytes);
    }
    if (row.family == "directory") {
      return directory_.add(row.key, row.bytes);
    }
    if (row.family == "devices") {
      return settle().and_then([&] { return devices_.add(row.key, row.bytes); });
    }
    return tl::unexpected(refused("a row that an import makes itself"));
  }

  result<void> take(const exported_piece& piece) {
    if (!header_ || end_) {
      return tl::unexpected(refused("a package outside of an export"));
    }
    ++pieces_;
    return packages_.add(piece);
  }

  result<void> take(const export_end& end) {
    if (!header_ || std::exchange(end_, true)) {
      return tl::unexpected(refused("an end without a beginning"));
    }
    if (end.rows != rows_) {
      return tl::unexpected(refused(std::to_string(end.rows) + " rows were exported, but " +
                                    std::to_string(rows_) + " are here"));
    }
    if (end.pieces != pieces_) {
      return tl::unexpected(refused(std::to_string(end.pieces) + " pieces of packages were " +
                                    "exported, but " + std::to_string(pieces_) + " are here"));
    }
    if (end.unreadable > 0) {
      report_.notes.push_back(std::to_string(end.unreadable) +
                              " rows could not be read when this was exported, and are missing");
    }
    report_.packages = packages_.count();
    return packages_.finish().and_then([&] { return devices_.finish(); });
  }

  /// What devices rest on comes before them all.
  result<void> settle() {
    return std::exchange(settled_, true) ? result<void>() : surroundings_.settle();
  }

  import_report& report_;
  staged_packages& packages_;
  import_batch batch_;
  rocks::id_map ids_;
  rocks::directory_import directory_;
  rocks::surroundings_import surroundings_;
  rocks::device_import devices_;
  std::optional<export_header> header_;
  bool settled_ = false;
  bool end_ = false;
  std::uint64_t rows_ = 0;
  std::uint64_t pieces_ = 0;
};

} // namespace

store_import::store_import(std::unique_ptr<staged_store> into)
    : into_(std::move(into)), packages_(std::make_unique<staged_packages>(into_->folder())) {}

store_import::~store_import() = default;

result<std::unique_ptr<store_import>>
store_import::read(std::istream& from, const std::string& folder, bool replace,
                   const std::function<void(std::uint64_t)>& progress) {
  auto staged = staged_store::make(folder);
  if (!staged) {
    return tl::unexpected(std::move(staged.error()));
  }
  std::unique_ptr<store_import> made(new store_import(std::move(*staged)));
  export_reader reader(*made->into_, *made->packages_, replace, made->report_);
  std::string text;
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
  while (std::getline(from, text)) {
    ++number;
    bytes += text.size() + 1;
    progress(bytes);
    if (auto taken = reader.take(text); !taken) {
      return fail(taken.error().code,
                  "line " + std::to_string(number) + ": " + taken.error().message);
    }
  }
  if (from.bad()) {
    return fail(error_code::storage_unavailable, "the export cannot be read");
  }
  return reader.finish().map([&] { return std::move(made); });
}

result<void> store_import::put_in_place() {
  return packages_->put_in_place().and_then([&] { return into_->put_in_place(); });
}

} // namespace muster::persistence
