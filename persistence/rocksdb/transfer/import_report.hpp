#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace muster::persistence {

/// What an import does, for the question whether it shall.
struct import_report {
  std::uint64_t devices = 0;
  /// Of these, those that were there already.
  std::uint64_t replaced = 0;
  std::uint64_t history_rows = 0;
  std::uint64_t other_rows = 0;
  /// Packages whose bytes come along.
  std::uint64_t packages = 0;
  /// Rows that are there already, the same.
  std::uint64_t there_already = 0;
  /// What people should know: what stands for what, what is missing.
  std::vector<std::string> notes;
};

} // namespace muster::persistence
