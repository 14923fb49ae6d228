#pragma once

#include "actors/model/error.hpp"
#include "tools/import/csv.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace muster::import {

/// Points of one device that follow each other in the file.
struct history_piece {
  /// Line of its first point.
  std::string place;
  std::string device_name;
  /// `[{"ts":...,"values":{...}}, ...]`
  nlohmann::json points = nlohmann::json::array();
  std::uint64_t lines = 0;
};

/// History from a file with the columns `name` and `ts` (milliseconds since 1970) and one for each
/// key; empty cells are no values. Pieces are whole when lines of a device stand together, so a
/// file sorted by name is read fastest. The whole file is checked when it is opened.
class csv_history {
public:
  static result<std::unique_ptr<csv_history>> open(const std::string& file, char delimiter);

  /// Lines in all.
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] const std::string& identity() const { return identity_; }
  /// nullopt at the end. By one thread at a time.
  result<std::optional<history_piece>> next();

private:
  csv_history(const std::string& file, char delimiter);
  struct line_of_history {
    std::string name;
    nlohmann::json point;
  };
  result<void> check(const std::string& file, char delimiter);
  result<void> read_header(const std::vector<std::string>& header);
  result<line_of_history> read_line(const std::vector<std::string>& cells) const;

  std::ifstream stream_;
  csv_reader reader_;
  std::vector<std::string> header_;
  std::size_t name_column_ = 0;
  std::size_t time_column_ = 0;
  /// Read, but of the next piece.
  std::optional<line_of_history> ahead_;
  std::string ahead_place_;
  std::string identity_;
  std::uint64_t count_ = 0;
};

} // namespace muster::import
