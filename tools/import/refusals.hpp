#pragma once

#include "actors/model/error.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

namespace muster::import {

/// The report of what was refused: a CSV file with place, name and reason, made at the first
/// refusal. Any thread.
class refusals {
public:
  explicit refusals(std::string file) : file_{std::move(file)} {}
  ~refusals();

  void add(const std::string& place, const std::string& name, const std::string& reason);
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] const std::string& file() const { return file_; }

private:
  const std::string file_;
  mutable std::mutex mutex_;
  std::FILE* stream_ = nullptr;
  std::uint64_t count_ = 0;
};

} // namespace muster::import
