#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "persistence/rocksdb/inspection/data_folder.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace muster::persistence {

struct store_check_options {
  /// Now, and how long done RPCs are kept: those beyond may have lost their row or their place.
  timestamp now = 0;
  std::int64_t rpc_retention_seconds = 7 * 24 * 3600;
  /// 0: one for each processor.
  unsigned threads = 0;
  /// Problems that are told; all are counted.
  std::size_t most_told = 100;
};

/// What a check of a whole store has found.
struct store_check_report {
  std::uint64_t devices = 0;
  std::uint64_t history_rows = 0;
  std::uint64_t directory_rows = 0;
  std::uint64_t problem_count = 0;
  /// The first of them, for people.
  std::vector<std::string> problems;
};

/// Reads all rows: whether each decodes, belongs to somebody, and names what is there; whether each
/// index holds what follows from the rows it is made of, and nothing else; whether counts count
/// right. `progress` is told the share done, 0 to 1, by any of the threads. Blocks for long.
result<store_check_report> check_store(const data_folder& data, const store_check_options& options,
                                       const std::function<void(double)>& progress);

} // namespace muster::persistence
