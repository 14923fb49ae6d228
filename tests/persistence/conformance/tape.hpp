#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace muster::test {

/// Random choices that RapidCheck can shrink: each takes the next number, past the end it is 0.
class tape {
public:
  explicit tape(std::vector<std::uint32_t> numbers) : numbers_(std::move(numbers)) {}

  bool at_end() const { return next_ >= numbers_.size(); }
  /// 0 to count - 1.
  std::uint32_t pick(std::uint32_t count) { return at_end() ? 0 : numbers_[next_++] % count; }
  bool coin() { return pick(2) == 1; }
  template <class T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[pick(static_cast<std::uint32_t>(choices.size()))];
  }

private:
  std::vector<std::uint32_t> numbers_;
  std::size_t next_ = 0;
};

} // namespace muster::test
