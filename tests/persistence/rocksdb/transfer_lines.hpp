#pragma once

#include "persistence/rocksdb/transfer/export_line.hpp"
#include "persistence/rocksdb/transfer/package_pieces.hpp"
#include "persistence/rocksdb/transfer/store_export.hpp"
#include "persistence/rocksdb/transfer/store_import.hpp"
#include "tests/persistence/rocksdb/inspected_fleet.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace muster::test {

namespace fs = std::filesystem;

using lines = std::vector<std::string>;

inline lines export_lines(const std::string& path,
                          const std::optional<device_id>& device = std::nullopt,
                          bool complete = true) {
  const auto data = data_folder::open(path).value();
  lines all{line_of(export_header{complete, device, 0})};
  const auto take = [&](std::string_view family, std::string_view key,
                        std::string_view row) -> result<void> {
    all.push_back(line_of(family, key, row, complete).value());
    return {};
  };
  export_end end;
  package_visitor packages;
  if (complete) {
    packages = [&](const package_info& package) -> result<void> {
      // One without its file is left out.
      static_cast<void>(
          export_package(path, package, [&](const exported_piece& piece) -> result<void> {
            ++end.pieces;
            all.push_back(line_of(piece));
            return {};
          }));
      return {};
    };
  }
  const auto done =
      device ? export_device(*data, *device, take, packages) : export_all(*data, take, packages);
  REQUIRE(done.has_value());
  end.rows = all.size() - 1 - end.pieces;
  all.push_back(line_of(end));
  return all;
}

inline result<import_report> import_lines(const lines& all, const std::string& path,
                                          bool replace = false) {
  std::string text;
  for (const auto& line : all) {
    text += line + "\n";
  }
  std::istringstream from(text);
  auto read = store_import::read(from, path, replace, [](std::uint64_t) {});
  if (!read) {
    return tl::unexpected(read.error());
  }
  return (*read)->put_in_place().map([&] { return (*read)->report(); });
}

/// Names and contents of all files below.
inline std::map<std::string, std::string> files_of(const std::string& path) {
  std::map<std::string, std::string> all;
  for (const auto& one : fs::recursive_directory_iterator(path)) {
    if (one.is_regular_file()) {
      std::ifstream file(one.path(), std::ios::binary);
      all[one.path().string()].assign(std::istreambuf_iterator<char>(file), {});
    }
  }
  return all;
}

inline store_check_report check_folder(const std::string& path) {
  store_check_options options;
  options.now = manual_clock().now().wall;
  return check_store(*data_folder::open(path).value(), options, [](double) {}).value();
}

} // namespace muster::test
