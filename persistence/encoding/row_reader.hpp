#pragma once

#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::persistence {

/// Reads what row_writer wrote. Never reads outside the bytes: after the first thing that is
/// missing or makes no sense every read gives a default and `problem` says so.
class row_reader {
public:
  /// `version`: what the reading code is; a row that needs a newer one is a problem.
  row_reader(std::string_view bytes, std::uint8_t version) : rest_(bytes) {
    written_by_ = byte();
    if (byte() > version) {
      fail("is of a newer format");
    }
  }

  /// The version that wrote the row: what fields it has.
  std::uint8_t written_by() const noexcept { return written_by_; }

  /// Null while all is well.
  const char* problem() const noexcept { return problem_; }

  std::uint8_t byte() {
    if (rest_.empty()) {
      fail("is too short");
      return 0;
    }
    const auto n = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return n;
  }
  bool flag() { return byte() != 0; }
  std::uint64_t number();
  std::int64_t signed_number() {
    const std::uint64_t n = number();
    return static_cast<std::int64_t>((n >> 1) ^ (0 - (n & 1)));
  }
  double real();
  /// Valid as long as the bytes.
  std::string_view text();
  uuid id();
  /// Reuses the memory of `into` where it holds text.
  void val(value& into);

  /// A number below `end`.
  template <class Enum>
  Enum one_of(std::uint8_t end) {
    const std::uint8_t n = byte();
    if (n >= end) {
      fail("holds an unknown kind");
      return Enum{};
    }
    return static_cast<Enum>(n);
  }

  template <class T, class Read>
  void maybe(std::optional<T>& into, Read read) {
    into.reset();
    if (flag()) {
      read(into.emplace());
    }
  }

  /// Reuses the elements of `into`.
  template <class T, class Read>
  void list(std::vector<T>& into, Read read) {
    const std::uint64_t count = number();
    // Every element has a byte at least, so a wild count cannot ask for wild memory.
    if (count > rest_.size()) {
      fail("is too short");
    }
    into.resize(problem_ == nullptr ? count : 0);
    for (auto& one : into) {
      read(one);
    }
  }

private:
  void fail(const char* why) {
    if (problem_ == nullptr) {
      problem_ = why;
    }
    rest_ = {};
  }

  std::string_view rest_;
  const char* problem_ = nullptr;
  std::uint8_t written_by_ = 0;
};

} // namespace muster::persistence
