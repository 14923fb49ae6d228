#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace muster::test {

/// What a client did to a register, as the client saw it.
struct register_operation {
  enum class kind : std::uint8_t { write, read };
  /// The end of an operation of which no answer came, or one that leaves open what happened.
  static constexpr std::int64_t never = INT64_MAX;

  kind what = kind::read;
  /// What was written or found; empty: nothing was there. No two writes have the same one.
  std::optional<std::string> value;
  /// When it was sent and answered, by one clock for all clients, in any unit.
  std::int64_t start = 0;
  std::int64_t end = never;
};

/// Why a history cannot be that of one register.
struct history_violation {
  std::string why;
  /// The operations that contradict each other, at most six, as positions in the history.
  std::vector<std::size_t> operations;
};

/// Whether a register that changes in one instant of each write, between its start and its end,
/// could have given these answers (linearizability); if not, the contradiction that spans the least
/// time. The register is empty at first.
///
/// A write that was refused without effect, and a read without an answer, are left out by the
/// caller; a write whose outcome is not known has no end. Where all written values differ, the
/// operations of one value stand together in any legal order, so it is enough to compare values
/// two by two (Gibbons and Korach, "Testing shared memories", 1997): the one must come before the
/// other when some operation of it ends before some operation of the other starts, and nothing can
/// come both before and after. Takes the time of a sort.
std::optional<history_violation> find_violation(std::span<const register_operation> history);

} // namespace muster::test
