#pragma once

#include "actors/model/error.hpp"

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace muster::import {

/// What an import has done, so that it goes on where it was broken off. One line a place, appended
/// as it is done; a line that was lost is done again, which does no harm. Refused places are not in
/// it: the next run tries them again. Any thread.
class journal {
public:
  /// Opens or makes the file. One that belongs to another source is refused.
  static result<std::unique_ptr<journal>> open(const std::string& file,
                                               const std::string& identity);
  ~journal();

  [[nodiscard]] bool has(std::string_view kind, const std::string& place) const;
  void add(std::string_view kind, const std::string& place);
  /// How much an earlier run has done.
  [[nodiscard]] std::size_t earlier() const { return earlier_; }
  /// All is done: the file goes.
  void remove();

private:
  journal(std::string file, std::FILE* stream) : file_{std::move(file)}, stream_{stream} {}

  const std::string file_;
  mutable std::mutex mutex_;
  std::FILE* stream_;
  std::unordered_set<std::string> done_;
  std::size_t earlier_ = 0;
};

} // namespace muster::import
