#pragma once

#include "tests/support/history/register_history.hpp"

#include <cstdint>
#include <set>
#include <span>
#include <utility>

namespace muster::test {

/// Whether a register could have given these answers, found by trying all orders (Wing and Gong's
/// search; which operations are done and what the register holds is tried once, as Lowe does). For
/// at most 32 operations.
class all_orders {
public:
  explicit all_orders(std::span<const register_operation> history) : history_(history) {}

  bool any_is_legal() { return complete(0, nobody); }

private:
  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

  /// `done`: a bit for each operation; `written`: the last write of them.
  bool complete(std::uint32_t done, std::size_t written) {
    if (all_ended_are_in(done)) {
      return true;
    }
    if (!tried_.emplace(done, written).second) {
      return false;
    }
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (!is_in(done, i) && may_be_next(done, i) && fits(i, written) &&
          complete(done | 1U << i, is_write(i) ? i : written)) {
        return true;
      }
    }
    return false;
  }

  static bool is_in(std::uint32_t done, std::size_t i) { return (done >> i & 1U) != 0; }
  bool is_write(std::size_t i) const { return history_[i].what == register_operation::kind::write; }

  bool all_ended_are_in(std::uint32_t done) const {
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (!is_in(done, i) && history_[i].end != register_operation::never) {
        return false;
      }
    }
    return true;
  }

  /// Nothing else had to be before it.
  bool may_be_next(std::uint32_t done, std::size_t i) const {
    for (std::size_t other = 0; other < history_.size(); ++other) {
      if (!is_in(done, other) && history_[other].end < history_[i].start) {
        return false;
      }
    }
    return true;
  }

  bool fits(std::size_t i, std::size_t written) const {
    return is_write(i) ||
           (written == nobody ? !history_[i].value : history_[i].value == history_[written].value);
  }

  std::span<const register_operation> history_;
  std::set<std::pair<std::uint32_t, std::size_t>> tried_;
};

} // namespace muster::test
