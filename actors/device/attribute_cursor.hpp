#pragma once

#include "actors/device/attribute_group.hpp"
#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace muster {

/// How far the device has been told of changes of its shared attributes.
///
/// Every change has a number. The cursor is the newest number whose change was written to the
/// device; it does not exist before the device's first poll, whose arrival sets it. All polls
/// parked at one moment get the same answer: a round. A round covers the changes up to a number and
/// ends when one of its answers was written (the cursor moves there) or all were lost (it stays).
/// While a round is under way no other answer is given, so the cursor never moves back.
class attribute_cursor {
public:
  attribute_cursor() = default;
  /// `newest`: highest change number that may be in use.
  attribute_cursor(std::uint64_t newest, std::optional<std::uint64_t> cursor) noexcept
      : newest_(newest), cursor_(cursor) {}

  std::uint64_t newest() const noexcept { return newest_; }
  std::optional<std::uint64_t> position() const noexcept { return cursor_; }

  /// Number for the next change, which the caller then makes for sure.
  std::uint64_t next_change() noexcept { return ++newest_; }

  /// A poll has come. True when it set the cursor, which is then to be stored.
  bool arrive() noexcept;

  /// There are changes to tell and no round is under way.
  bool ready() const noexcept { return cursor_ && *cursor_ < newest_ && round_.empty(); }

  /// Everything changed since the cursor, coalesced.
  attribute_changes collect(const attribute_group& shared) const;

  /// The answer of `collect` goes out through these polls.
  void begin_round(std::vector<poll_id> polls);

  bool in_flight() const noexcept { return !round_.empty(); }

  /// Nothing will be heard of the answers under way: as if they had not been given.
  void lost() noexcept { round_.clear(); }

  enum class outcome : std::uint8_t { unknown_poll, pending, moved, all_lost };
  /// What became of one answer of the round. `moved`: the cursor is to be stored.
  outcome report(poll_id poll, bool written);

private:
  std::uint64_t newest_ = 0;
  std::optional<std::uint64_t> cursor_;
  std::uint64_t upto_ = 0;
  std::vector<poll_id> round_;
};

} // namespace muster
