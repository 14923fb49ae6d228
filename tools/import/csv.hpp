#pragma once

#include "actors/model/error.hpp"

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::import {

/// Reads comma separated values as RFC 4180 writes them: fields in quotes may hold delimiters,
/// line ends and doubled quotes. LF, CRLF and a byte order mark are taken; empty lines are skipped.
/// One thread at a time; the stream must outlive the reader.
class csv_reader {
public:
  csv_reader(std::istream& from, char delimiter) : from_{from}, delimiter_{delimiter} {}

  /// The next record; nullopt at the end. Errors (`malformed`) name the line.
  result<std::optional<std::vector<std::string>>> next();

  /// Line on which the record that was read last begins, from 1.
  [[nodiscard]] std::uint64_t line() const { return record_line_; }

private:
  result<void> read_quoted(std::string& field);
  int get();

  std::istream& from_;
  char delimiter_;
  std::uint64_t line_ = 1;
  std::uint64_t record_line_ = 1;
  bool started_ = false;
};

/// The field as it is written: in quotes where it must be.
[[nodiscard]] std::string csv_field(std::string_view text, char delimiter = ',');

} // namespace muster::import
