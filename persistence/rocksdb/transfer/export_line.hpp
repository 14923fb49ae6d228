#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace muster::persistence {

// The lines of an export, JSON each: what it is of, a line for each row and for each piece of a
// package, and how many these were. A row is shown for people and, in a complete export, exactly as
// it is stored.

/// What the first line says.
struct export_header {
  /// With secrets and with the rows' bytes: it can be imported.
  bool complete = false;
  /// Absent: of all.
  std::optional<device_id> device;
  timestamp created = 0;

  friend bool operator==(const export_header&, const export_header&) = default;
};

struct exported_row {
  std::string family;
  std::string key;
  std::string bytes;

  friend bool operator==(const exported_row&, const exported_row&) = default;
};

/// A part of a package's bytes, which are a file beside the store.
struct exported_piece {
  /// SHA-256 of all its bytes in hexadecimal digits: the name of the file.
  std::string package;
  /// Of the whole.
  std::uint64_t size = 0;
  /// Bytes before these.
  std::uint64_t at = 0;
  std::string bytes;

  friend bool operator==(const exported_piece&, const exported_piece&) = default;
};

/// What the last line says.
struct export_end {
  std::uint64_t rows = 0;
  /// Rows that could not be read and were left out.
  std::uint64_t unreadable = 0;
  /// Parts of packages.
  std::uint64_t pieces = 0;

  friend bool operator==(const export_end&, const export_end&) = default;
};

using export_line = std::variant<export_header, exported_row, exported_piece, export_end>;

std::string line_of(const export_header& header);
/// Error: storage_unavailable for a row that cannot be read.
result<std::string> line_of(std::string_view family, std::string_view key, std::string_view bytes,
                            bool complete);
std::string line_of(const exported_piece& piece);
std::string line_of(const export_end& end);

/// Error: invalid for what no export has; for a row without its bytes; for one that shows something
/// else than its bytes hold, so that nobody imports something else than he reads.
result<export_line> parse_export_line(std::string_view line);

} // namespace muster::persistence
